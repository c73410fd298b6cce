// pack.cjs SOURCE TARGET VERSION: makes a package of a folder, as authors do; prints nothing, leaves one ZIP in TARGET.
const path = require("path");
const pack = require("simple-scorm-packager");
const [source, target, version] = process.argv.slice(2);
const name = require.resolve("@gamestdio/scorm");
require("fs").copyFileSync(name, path.join(source, "scorm.js"));
pack({
    version, organization: "A school", title: "Made elsewhere", language: "en", masteryScore: 80, startingPage: "index.html",
    source, package: {version: "1.0.0", zip: true, outputFolder: target},
}, (said) => { if (said) console.error(said); });
