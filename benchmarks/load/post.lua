-- wrk script: POSTs the body in BODY, the same for every request, and counts answers that are not 200.
wrk.method = "POST"
wrk.body = os.getenv("BODY")
wrk.headers["Content-Type"] = "application/json"
function done(summary) io.write(string.format("requests %d non2xx %d\n", summary.requests, summary.errors.status)) end
