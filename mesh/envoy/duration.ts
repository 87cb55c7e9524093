const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/** `1m30s`, as Go and Istio write durations → `90s`, the only unit of protobuf's JSON form. */
export function protoDuration(duration: string): string {
  let total = 0
  for (const [, amount, unit] of duration.matchAll(/([0-9.]+)(ms|s|m|h)/g)) total += Number(amount) * (seconds[unit ?? ''] ?? 0)
  return `${Number(total.toFixed(9))}s`
}
