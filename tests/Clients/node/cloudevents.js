// The CloudEvents SDK for JavaScript, which KServe's and Knative's users send events with.
//   cloudevents.js HOST:PORT     (a predictor with the test models)
const { CloudEvent, HTTP } = require('cloudevents');
const { holds, run, same } = require('./checks.js');

const event = (data) => new CloudEvent({ type: 'org.example.ask', source: '/tests', id: 'first', data });

async function send(address, message, path = '/v1/models/fixed:predict') {
    const response = await fetch(`http://${address}${path}`, { method: 'POST', body: message.body, headers: message.headers });
    return { response, message: { headers: Object.fromEntries(response.headers), body: await response.text() } };
}

async function binaryMode(address) {
    const { response, message } = await send(address, HTTP.binary(event({ instances: [[1, 2, 3], [4, 5, 6]] })));
    same('status', response.status, 200);
    same('type of the body', message.headers['content-type'], 'application/json');
    const answer = HTTP.toEvent(message);
    same('answer', answer.data, { predictions: [6, 15] });
    checkAttributes(answer);
}

async function structuredMode(address) {
    const structured = HTTP.structured(event({ instances: [[1, 2, 3], [4, 5, 6]] }));
    // KServe recognizes a structured event only by exactly this content type; the SDK adds a charset.
    structured.headers['content-type'] = 'application/cloudevents+json';
    const { response, message } = await send(address, structured);
    same('status', response.status, 200);
    same('type of the body', message.headers['content-type'], 'application/cloudevents+json');
    const answer = HTTP.toEvent(message);
    same('answer', answer.data, { predictions: [6, 15] });
    checkAttributes(answer);
}

async function structuredModeAsTheSdkSendsIt(address) {
    const { response, message } = await send(address, HTTP.structured(event({ instances: [[1, 2, 3], [4, 5, 6]] })));
    same('status', response.status, 200);
    holds('the answer is in it', message.body.includes('"predictions":[6,15]'));
}

async function anInvalidEventIsRejected(address) {
    const binary = HTTP.binary(event({ instances: [[1, 2, 3], [4, 5, 6]] }));
    binary.headers['ce-specversion'] = '9.9';
    const { response, message } = await send(address, binary);
    same('status', response.status, 400);
    holds('error message', JSON.parse(message.body).error.length > 0);
}

function checkAttributes(answer) {
    same('specversion', answer.specversion, '1.0');
    same('type', answer.type, 'io.kserve.inference.response');
    same('source', answer.source, 'io.kserve.inference.fixed');
    holds('a new id', answer.id && answer.id !== 'first');
    holds('a time', !Number.isNaN(Date.parse(answer.time)));
}

run(binaryMode, structuredMode, structuredModeAsTheSdkSendsIt, anInvalidEventIsRejected);
