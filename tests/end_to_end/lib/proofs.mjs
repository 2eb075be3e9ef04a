// Object integrity proofs (FEP-8b32, eddsa-jcs-2022), as far as the fixtures need them: which of the
// vectors' Ed25519 keys made a proof.
import { createHash, createPublicKey, sign, verify } from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(text) {
  let number = 0n;
  for (const c of text) number = number * 58n + BigInt(alphabet.indexOf(c));
  const hex = number.toString(16);
  const zeros = text.match(/^1*/)[0].length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]);
}

export function toBase58(bytes) {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)] + text;
  return '1'.repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}

// RFC 8785: JSON.stringify writes numbers and strings as JCS asks for.
export function canonical(value) {
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

/** The document with a proof of that private key, whose id is `verificationMethod`. */
export function prove(document, privateKey, verificationMethod) {
  const config = {
    type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022', verificationMethod,
    proofPurpose: 'assertionMethod', created: '2026-03-02T09:59:50Z',
    ...(document['@context'] ? { '@context': document['@context'] } : {}),
  };
  const data = Buffer.concat([sha256(canonical(config)), sha256(canonical(document))]);
  return { ...document, proof: { ...config, proofValue: `z${toBase58(sign(null, data, privateKey))}` } };
}
