// Assertions for client scripts, which exit with a message at the first failure.
const { isDeepStrictEqual, inspect } = require('node:util');

class Mismatch extends Error {}

exports.same = (what, got, expected) => {
    if (!isDeepStrictEqual(got, expected)) throw new Mismatch(`${what}: expected ${inspect(expected)}, got ${inspect(got)}`);
};

exports.holds = (what, truth) => {
    if (!truth) throw new Mismatch(what);
};

// Runs each step with the arguments of the command line; exits at the first failure.
exports.run = async (...steps) => {
    for (const step of steps) {
        try {
            await step(...process.argv.slice(2));
        } catch (problem) {
            console.error(`${step.name}: ${problem instanceof Mismatch ? problem.message : problem.stack}`);
            process.exit(1);
        }
        console.log(`${step.name}: ok`);
    }
    process.exit(0);
};
