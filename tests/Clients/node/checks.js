// What every client script does: look closely, and end with a sentence about the first thing that is wrong.
const { isDeepStrictEqual, inspect } = require('node:util');

class Mismatch extends Error {}

exports.same = (what, got, wanted) => {
    if (!isDeepStrictEqual(got, wanted)) throw new Mismatch(`${what}: expected ${inspect(wanted)}, got ${inspect(got)}`);
};

exports.holds = (what, truth) => {
    if (!truth) throw new Mismatch(what);
};

// Runs each step with the arguments of the command line; the first that fails ends the program.
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
