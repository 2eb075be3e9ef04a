// Object integrity proofs (FEP-8b32, eddsa-jcs-2022), as far as the fixtures need them: which of the
// vectors' Ed25519 keys made a proof.
import { createHash, createPublicKey, verify } from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(text) {
  let number = 0n;
  for (const c of text) number = number * 58n + BigInt(alphabet.indexOf(c));
  const hex = number.toString(16);
  const zeros = text.match(/^1*/)[0].length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]);
}

// RFC 8785: JSON.stringify writes numbers and strings as JCS asks for.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

const sha256 = (text) => createHash('sha256').update(text).digest();

function fits(document, publicKeyMultibase) {
  const { proof, signature: _, ...rest } = document;
  const { proofValue, ...config } = proof;
  const raw = base58(publicKeyMultibase.slice(1)).subarray(2);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  const data = Buffer.concat([sha256(canonical(config)), sha256(canonical(rest))]);
  try {
    return verify(null, data, key, base58(proofValue.slice(1)));
  } catch {
    return false; // Not of the right form.
  }
}

/** The key of `keys` (publicKeyMultibase) that made the proof of `document`, or the last one. */
export function keyOfProof(document, keys) {
  return keys.find((key) => fits(document, key)) ?? keys.at(-1);
}
