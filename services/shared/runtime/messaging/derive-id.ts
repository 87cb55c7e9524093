import { createHash } from 'node:crypto'

/** The same parts give the same id: 22 characters of base64url, 132 bits. Parts are delimited, so `('ab','c')` differs from `('a','bc')`. */
export function deriveId(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('base64url').slice(0, 22)
}
