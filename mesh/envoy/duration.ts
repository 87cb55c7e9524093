const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const whole = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g

/** `1m30s`, as Go and Istio write durations → nanoseconds. Undefined when it is none. */
export function parseDuration(text: string): bigint | undefined {
  if (/^[+-]?0$/.test(text)) return 0n
  if (!whole.test(text)) return undefined
  let total = 0n
  for (const [, integer = '', fraction = '', name = ''] of text.matchAll(part)) {
    const unit = nanoseconds[name] ?? 0n
    total += BigInt(integer || '0') * unit + (BigInt(fraction || '0') * unit) / 10n ** BigInt(fraction.length)
  }
  return text.startsWith('-') ? -total : total
}

/** Envoy counts a duration's nanoseconds in 63 bits. */
const longest = 9_223_372_035n * 1_000_000_000n

/** Why Istio, or in the end Envoy, refuses a duration; undefined when neither does. */
export function durationFault(text: string): string | undefined {
  const duration = parseDuration(text)
  if (duration === undefined) return 'must be a duration such as 1h, 1m, 1s or 1ms'
  if (duration < 1_000_000n) return 'must be a duration of at least 1ms'
  if (duration % 1_000_000n !== 0n) return 'must be a duration of whole milliseconds'
  if (duration > longest) return `must be a duration of at most ${longest / 1_000_000_000n}s, the longest that Envoy takes`
  return undefined
}

/** `1m30s` → `90s`, the only unit of protobuf's JSON form. */
export const protoDuration = (duration: string): string => `${Number(parseDuration(duration) ?? 0n) / 1e9}s`
