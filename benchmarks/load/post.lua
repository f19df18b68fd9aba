-- wrk script: POSTs the file BODY_FILE, the same for every request, and counts responses other than 200. JSON_LENGTH, when set, says where
-- the body's JSON ends and its tensors begin.
local file = assert(io.open(os.getenv("BODY_FILE"), "rb"))
wrk.method = "POST"
wrk.body = file:read("a")
file:close()
wrk.headers["Content-Type"] = os.getenv("JSON_LENGTH") and "application/octet-stream" or "application/json"
if os.getenv("JSON_LENGTH") then wrk.headers["Inference-Header-Content-Length"] = os.getenv("JSON_LENGTH") end
function done(summary) io.write(string.format("requests %d non2xx %d\n", summary.requests, summary.errors.status)) end
