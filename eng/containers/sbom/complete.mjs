// Adds components other than NuGet packages to cdxgen's list:  complete.mjs BOM STATUS_DIRECTORY RUNTIMECONFIG > FILE
// What differs from run to run (serial number, time, paths) is left out, so that the same image has the same list.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [bomFile, statusDirectory, runtimeFile] = process.argv.slice(2);
const bom = JSON.parse(readFileSync(bomFile));
const debian = readdirSync(statusDirectory).sort().map(name => {
    const field = key => new RegExp(`^${key}: (.*)$`, "m").exec(readFileSync(join(statusDirectory, name), "utf8"))?.[1];
    return { type: "library", name, version: field("Version"), purl: `pkg:deb/debian/${name}@${encodeURIComponent(field("Version"))}?arch=${field("Architecture")}` };
});
const runtime = JSON.parse(readFileSync(runtimeFile)).runtimeOptions.includedFrameworks
    .map(({ name, version }) => ({ type: "framework", name, version, purl: `pkg:nuget/${name}.Runtime.linux-x64@${version}` }));
const packages = bom.components.map(({ type, group, name, version, scope, hashes, licenses, purl }) => ({ type, group, name, version, scope, hashes, licenses, purl }));
const components = [...packages, ...runtime, ...debian].map(component => ({ ...component, "bom-ref": component.purl })).sort((a, b) => (a.purl < b.purl ? -1 : 1));
process.stdout.write(JSON.stringify({ bomFormat: "CycloneDX", specVersion: bom.specVersion, version: 1, components }, null, 2) + "\n");
