// The fetch function of Node, which sends text bodies as text/plain and accepts gzip and deflate.
//   fetch.js HOST:PORT     (a predictor with the test models)
const { holds, run, same } = require('./checks.js');

const fixed = JSON.stringify({ instances: [[1, 2, 3], [4, 5, 6]] });
const answer = { predictions: [6, 15] };
const post = (address, path, body, headers = {}) => fetch(`http://${address}${path}`, { method: 'POST', body, headers });

async function textAndBytesAndStreams(address) {
    const path = '/v1/models/fixed:predict';
    same('text', await (await post(address, path, fixed)).json(), answer);
    same('bytes', await (await post(address, path, Buffer.from(fixed))).json(), answer);
    same('a blob', await (await post(address, path, new Blob([fixed]))).json(), answer);
    const stream = new ReadableStream({
        start(controller) {
            for (const byte of Buffer.from(fixed)) controller.enqueue(Uint8Array.of(byte));
            controller.close();
        },
    });
    const streamed = await fetch(`http://${address}${path}`, { method: 'POST', body: stream, duplex: 'half' });
    same('a stream', await streamed.json(), answer);
}

async function answersAreJsonToTheLetter(address) {
    const good = await post(address, '/v1/models/fixed:predict', fixed);
    same('type', good.headers.get('content-type'), 'application/json');
    const rejected = await post(address, '/v1/models/none:predict', fixed);
    same('error', [rejected.status, rejected.headers.get('content-type')], [404, 'application/json']);
    same('its text', (await rejected.json()).error, 'Model with name none does not exist.');
}

async function largeAnswersComeCompressedAndAreTheSame(address) {
    const rows = JSON.stringify({ instances: Array(500).fill([5.1, 3.5, 1.4, 0.2]) });
    const coded = await post(address, '/v1/models/iris-mlp:predict', rows);
    same('coding', coded.headers.get('content-encoding'), 'gzip');
    const plain = await post(address, '/v1/models/iris-mlp:predict', rows, { 'accept-encoding': 'identity' });
    same('no coding', plain.headers.get('content-encoding'), null);
    same('answers', await coded.json(), await plain.json());
}

async function binaryTensorsInTypedArrays(address) {
    const row = Float32Array.of(1.5, -2, 0.25, 8);
    const header = Buffer.from(JSON.stringify({
        inputs: [{ name: 'x', shape: [2, 2], datatype: 'FP32', parameters: { binary_data_size: row.byteLength } }],
        parameters: { binary_data_output: true },
    }));
    const response = await post(address, '/v2/models/free/infer', Buffer.concat([header, Buffer.from(row.buffer)]),
        { 'Inference-Header-Content-Length': `${header.length}` });
    const body = await response.arrayBuffer();
    const split = Number(response.headers.get('inference-header-content-length'));
    same('bytes', new Float32Array(body.slice(split)), row);
    same('names', JSON.parse(Buffer.from(body.slice(0, split))).outputs.map((output) => output.name), ['y']);
}

async function aHundredAtOnce(address) {
    const answers = await Promise.all(Array.from({ length: 100 }, async (_, i) =>
        (await post(address, '/v1/models/free:predict', JSON.stringify({ instances: [[i, -i]] }))).json()));
    answers.forEach((got, i) => same(`answer ${i}`, got, { predictions: [[i, i === 0 ? 0 : -i]] }));
}

async function anAbortedRequestDisturbsNobody(address) {
    const turns = JSON.stringify({ inputs: [{ name: 'turns', shape: [1], datatype: 'INT64', data: [1000000] }] });
    const controller = new AbortController();
    const running = fetch(`http://${address}/v2/models/slow/infer`, { method: 'POST', body: turns, signal: controller.signal });
    const ended = running.then(() => false, (error) => error.name === 'AbortError');
    same('a concurrent request', (await post(address, '/v1/models/fixed:predict', fixed)).status, 200);
    controller.abort();
    holds('the request ends', await ended);
    same('afterwards', (await post(address, '/v2/models/slow/infer', turns.replace('1000000', '1'))).status, 200);
}

run(textAndBytesAndStreams, answersAreJsonToTheLetter, largeAnswersComeCompressedAndAreTheSame, binaryTensorsInTypedArrays, aHundredAtOnce,
    anAbortedRequestDisturbsNobody);
