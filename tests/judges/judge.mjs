// Judges badges with libraries of others, without a network: whatever they ask for comes from what the test gives.
// stdin: {"files": {address: text}, "badges": {name: text}}; stdout: {name: {judge: {"valid": bool, "why": text}}}.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {importJWK, compactVerify, decodeProtectedHeader} from 'jose';

console.log = console.error;
const world = JSON.parse(readFileSync(0, 'utf8'));

// Nothing leaves this machine: the judges' own requests end here.
globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : request.url ?? String(request);
  const body = world.files[url];
  return new Response(body ?? '', {status: body === undefined ? 404 : 200, headers: {'Content-Type': 'application/json'}});
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

const didAddress = did => {
  const [host, ...path] = did.slice('did:web:'.length).split(':');
  return `https://${decodeURIComponent(host)}/${path.length ? path.join('/') : '.well-known'}/did.json`;
};

async function documentLoader(url) {
  const [name] = url.split('#');
  const text = world.files[name.startsWith('did:web:') ? didAddress(name) : name];
  if(text === undefined) {
    throw new Error(`Not found: ${url}`);
  }
  let document = JSON.parse(text);
  if(name.startsWith('did:web:') && url.includes('#')) {
    const method = document.verificationMethod.find(each => each.id === url);
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function bazaar(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const found = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  // This library says whether a list could be verified; what its bit means is for who asks.
  const stands = (found.statusResult?.results ?? []).every(each => each.status === false);
  return {valid: found.verified && stands, why: JSON.stringify(found.error ?? found.statusResult ?? '', replacer)};
}

async function core(credential) {
  const found = await verifyCredential({credential, knownDIDRegistries: []});
  const steps = Object.fromEntries((found.log ?? []).map(each => [each.id, each.valid === true]));
  const valid = !found.errors && ['valid_signature', 'expiration', 'revocation_status'].every(step => steps[step]);
  return {valid, why: JSON.stringify(found.errors ?? found.log, replacer)};
}

async function jose(token) {
  const {kid} = decodeProtectedHeader(token);
  const document = JSON.parse(world.files[didAddress(kid.split('#')[0])]);
  const method = document.verificationMethod.find(each => each.id === kid && document.assertionMethod.includes(kid));
  const key = await importJWK(method.publicKeyJwk, decodeProtectedHeader(token).alg);
  await compactVerify(token, key, {algorithms: ['RS256', 'EdDSA']});
  return {valid: true, why: ''};
}

function replacer(_key, value) {
  return value instanceof Error ? {name: value.name, message: value.message, errors: value.errors, cause: value.cause} : value;
}

async function judged(judge, badge) {
  try {
    return await judge(badge);
  } catch(error) {
    return {valid: false, why: String(error)};
  }
}

const verdicts = {};
for(const [name, text] of Object.entries(world.badges)) {
  verdicts[name] = text.startsWith('{') ?
    {bazaar: await judged(bazaar, JSON.parse(text)), core: await judged(core, JSON.parse(text))} :
    {jose: await judged(jose, text)};
}
process.stdout.write(JSON.stringify(verdicts));
