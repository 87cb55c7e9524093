/** Seconds. Longer than this nobody is kept waiting: the mesh gives up soon after. */
export const longestWait = 8

/** One preference: `wait=5`, `wait="5"`; parameters behind a semicolon belong to it and mean nothing for `wait`. */
const preference = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("[^"]*"|[^\s;"]*))?\s*(?:;.*)?$/

/**
 * `Prefer: wait=n` (RFC 7240 §4.3) → whole seconds that the client is ready to wait, at most `longestWait`; undefined without one.
 * Of several the first counts. What makes no sense is ignored, as the RFC wants it.
 */
export function preferredWait(header: string | undefined): number | undefined {
  for (const part of header?.split(',') ?? []) {
    const [, name = '', value = ''] = preference.exec(part) ?? []
    if (name.toLowerCase() !== 'wait') continue
    const seconds = value.replaceAll('"', '')
    return /^\d{1,9}$/.test(seconds) ? Math.min(Number(seconds), longestWait) : undefined
  }
  return undefined
}
