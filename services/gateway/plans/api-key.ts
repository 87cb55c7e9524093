import { hash, randomBytes, randomInt } from 'node:crypto'

/**
 * `bwk_` and 12 characters that may be shown (the key's id), then 256 random bits that may not. Anybody who finds one in a text can tell what it is,
 * and so can programs that search for secrets.
 */
const pattern = /^(bwk_[a-z0-9]{12})_[A-Za-z0-9_-]{43}$/

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A key's text exists once: in the answer to whoever asked for it. */
export interface NewApiKey {
  readonly id: string
  readonly text: string
  readonly sha256: string
}

/** @param id of a key that gets another secret; absent: a new key */
export function newApiKey(id = `bwk_${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`): NewApiKey {
  const text = `${id}_${randomBytes(32).toString('base64url')}`
  return { id, text, sha256: sha256Of(text) }
}

/** The id that a text has if it is a key at all; undefined for anything else. */
export const idOfApiKey = (text: string): string | undefined => pattern.exec(text)?.[1]

const anywhere = /(bwk_[a-z0-9]{12})_[A-Za-z0-9_-]{43}/g

/** Whether there is a key anywhere in a text, such as an address. */
export const containsApiKey = (text: string): boolean => text.search(anywhere) !== -1

/** The text with the secret half of each key left out. */
export const withoutSecrets = (text: string): string => text.replaceAll(anywhere, '$1')

/** Hex. A hash without salt or repetition is enough for 256 random bits: there is nothing to guess. */
export const sha256Of = (text: string): string => hash('sha256', text)
