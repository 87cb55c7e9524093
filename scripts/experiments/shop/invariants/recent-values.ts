/** A value for each key, and what it has been since a moment: who asks a service meanwhile may be answered any of them. */
export interface RecentValues<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  /** Forgets what has been; the values of now stay. */
  mark(): void
  /** From the last mark on, the value at that moment included. */
  since(key: string): readonly Value[]
  readonly keys: readonly string[]
}

export function recentValues<Value>(): RecentValues<Value> {
  const values = new Map<string, Value[]>()
  return {
    get: (key) => values.get(key)?.at(-1),
    set: (key, value) => {
      const been = values.get(key)
      if (been) been.push(value)
      else values.set(key, [value])
    },
    mark: () => {
      for (const [key, been] of values) values.set(key, been.slice(-1))
    },
    since: (key) => values.get(key) ?? [],
    get keys() {
      return [...values.keys()]
    },
  }
}
