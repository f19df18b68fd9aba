// grpc-js, the gRPC client for Node, with messages loaded from inference.proto.
//   grpc-calls.js HOST:GRPC_PORT PROTO     (a predictor with the test models)
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const { holds, run, same } = require('./checks.js');

const options = { keepCase: true, longs: String, defaults: true, oneofs: true };

function connect(address, proto) {
    const { inference } = grpc.loadPackageDefinition(loader.loadSync(proto, options));
    return new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());
}

const call = (client, method, message = {}) => new Promise((resolve, reject) =>
    client[method](message, { deadline: Date.now() + 30_000 }, (error, answer) => (error ? reject(error) : resolve(answer))));

const input = (value) => ({ name: 'x', datatype: 'FP32', shape: ['1'], contents: { fp32_contents: [value] } });
const one = (value, more = {}) => ({ model_name: 'versioned', inputs: [input(value)], ...more });

async function metadata(address, proto) {
    const client = connect(address, proto);
    same('live', (await call(client, 'ServerLive')).live, true);
    same('ready', (await call(client, 'ServerReady')).ready, true);
    const model = await call(client, 'ModelMetadata', { name: 'iris-mlp' });
    same('inputs', model.inputs, [{ name: 'x', datatype: 'FP32', shape: ['-1', '4'] }]);
}

async function everyIntegerOfSixtyFourBits(address, proto) {
    const client = connect(address, proto);
    const answer = await call(client, 'ModelInfer', {
        model_name: 'slow',
        inputs: [{ name: 'turns', datatype: 'INT64', shape: ['2'], contents: { int64_contents: ['0', '-9007199254740993'] } }],
    });
    same('shape', answer.outputs[0].shape, ['2']);
}

async function errors(address, proto) {
    const client = connect(address, proto);
    for (const [message, code] of [
        [one(1, { model_name: 'none' }), grpc.status.NOT_FOUND],
        [one(1, { outputs: [{ name: 'z' }] }), grpc.status.INVALID_ARGUMENT],
        [one(1, { inputs: [] }), grpc.status.INVALID_ARGUMENT],
    ]) {
        const error = await call(client, 'ModelInfer', message).then(() => null, (rejection) => rejection);
        same(`code of ${error?.details}`, error?.code, code);
        holds('error message', error.details);
    }
}

async function twoThousandCallsThirtyTwoWide(address, proto) {
    const client = connect(address, proto);
    let next = 0;
    const worker = async () => {
        while (next < 2_000) {
            const i = next++;
            const answer = await call(client, 'ModelInfer', one(i, { id: `${i}` }));
            same(`answer ${i}`, [answer.id, answer.outputs[0].contents.fp32_contents], [`${i}`, [i + 2]]);
        }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
}

async function aStreamRespondsInOrder(address, proto) {
    const stream = connect(address, proto).ModelStreamInfer();
    const answers = [];
    const done = new Promise((resolve, reject) => stream.on('data', (answer) => answers.push(answer)).on('end', resolve).on('error', reject));
    for (let i = 0; i < 50; i++) stream.write(one(i, { id: `${i}`, model_name: i === 25 ? 'none' : 'versioned' }));
    stream.end();
    await done;
    same('ids', answers.map((answer) => answer.infer_response.id), Array.from({ length: 50 }, (_, i) => `${i}`));
    same('errors', answers.flatMap((answer, i) => (answer.error_message ? [i] : [])), [25]);
}

async function aCancelledCallDoesNotAffectOtherCalls(address, proto) {
    const client = connect(address, proto);
    const turns = { model_name: 'slow', inputs: [{ name: 'turns', datatype: 'INT64', shape: ['1'], contents: { int64_contents: ['1000000'] } }] };
    const code = await new Promise((resolve) => {
        const running = client.ModelInfer(turns, (error) => resolve(error?.code));
        setImmediate(() => running.cancel());
    });
    same('code', code, grpc.status.CANCELLED);
    same('afterwards', (await call(client, 'ModelInfer', one(1))).outputs[0].contents.fp32_contents, [3]);
}

run(metadata, everyIntegerOfSixtyFourBits, errors, twoThousandCallsThirtyTwoWide, aStreamRespondsInOrder, aCancelledCallDoesNotAffectOtherCalls);
