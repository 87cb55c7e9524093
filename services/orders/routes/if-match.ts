/** One version more than that are refused: each is a question to the order. */
export const mostVersions = 10

const entityTag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g
const list = /^[ \t,]*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?:,[ \t,]*|$))+$/
/** A tag of ours: an order's version, and behind it what its page was made of. */
const versionTag = /^(\d{1,9})(?:\.\d{1,9})?$/

/**
 * `If-Match` (RFC 9110 §13.1.1) → the versions of the order that it allows, least first; 'any' for `*`; undefined when it makes no sense
 * or names too many. A weak tag never matches, nor does one that no version of an order has: then the list is empty.
 */
export function allowedVersions(header: string): 'any' | readonly number[] | undefined {
  if (header.trim() === '*') return 'any'
  if (!list.test(header)) return undefined
  const tags = [...header.matchAll(entityTag)].flatMap(([, weak, tag = '']) => (weak ? [] : (versionTag.exec(tag)?.[1] ?? [])))
  const versions = [...new Set(tags.map(Number))].sort((one, other) => one - other)
  return versions.length > mostVersions ? undefined : versions
}
