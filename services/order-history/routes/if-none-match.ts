/** What a reader says it has: pages with these tags, or (`*`) any. */
export interface HasAlready {
  has(tag: string): boolean
  /** The newest version of an order that it knows of; 0 when it names none. */
  readonly version: number
}

const entityTag = /^\s*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")\s*$/
/** A tag of ours: an order's version, and behind it what its page was made of. */
const versionTag = /^"(\d{1,9})(?:\.\d{1,9})?"$/

/**
 * `If-None-Match` (RFC 9110 §13.1.2), compared weakly. What is no entity tag is ignored.
 * Versions only grow, so a tag also says how far a page must at least be.
 */
export function hasAlready(header: string | undefined): HasAlready {
  const tags = header?.split(',').flatMap((part) => entityTag.exec(part)?.[1] ?? []) ?? []
  const versions = tags.flatMap((tag) => versionTag.exec(tag)?.[1] ?? []).map(Number)
  const any = header?.trim() === '*'
  return { has: (tag) => any || tags.includes(tag), version: Math.max(0, ...versions) }
}
