/** What the part of the address behind `#` says: `#/orders/ord_1?at=3`. */
export interface HashRoute {
  /** Of a view; empty for none. */
  readonly view: string
  /** Further parts of the path. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
}

export function parseHash(hash: string): HashRoute {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [view = '', ...rest] = path.split('/').map(decoded)
  return { view, rest: rest.filter((part) => part !== ''), query: new URLSearchParams(search) }
}

/** Somebody may have typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The token that the printed address has behind `#`, and what is left of it.
 * @returns undefined when it has none
 */
export function tokenIn(hash: string): { readonly token: string; readonly rest: string } | undefined {
  const found = /^#token=([\w-]+)(&(.*))?$/.exec(hash)
  return found?.[1] === undefined ? undefined : { token: found[1], rest: found[3] ? `#${found[3]}` : '' }
}
