import type { Answers } from '../../../shared/contracts/api/gateway.ts'

/**
 * Fisher's exact test, one-sided: how likely it is that at least as many of the bad answers fall to the first group as did, when both groups are
 * alike and only chance deals out the bad ones. Exact for any counts, the smallest included.
 * @returns between 0 and 1; 1 when there is nothing to compare
 */
export function fisherExact(first: Answers, second: Answers): number {
  const all = first.answered + second.answered
  const bad = first.bad + second.bad
  const most = Math.min(first.answered, bad)
  const least = Math.max(0, bad - second.answered)
  if (first.bad <= least) return 1
  // Of the hypergeometric distribution: `dealt` of the bad answers among those of the first group.
  const term = (dealt: number): number =>
    Math.exp(logChoose(first.answered, dealt) + logChoose(second.answered, bad - dealt) - logChoose(all, bad))
  let sum = 0
  for (let dealt = first.bad, now = term(dealt); dealt <= most; dealt += 1) {
    sum += now
    // Beyond the peak each is smaller than the one before: soon they are too small to count.
    if (now < sum * 1e-17 && dealt > (first.answered * bad) / all) break
    now *= ((first.answered - dealt) * (bad - dealt)) / ((dealt + 1) * (second.answered - bad + dealt + 1))
  }
  return Math.min(1, sum)
}

const logChoose = (of: number, chosen: number): number => logFactorial(of) - logFactorial(chosen) - logFactorial(of - chosen)

/** By n; sums, because the series is not exact for these. */
const small: number[] = [0]
for (let n = 1; n < 256; n += 1) small.push((small[n - 1] ?? 0) + Math.log(n))

/** Stirling's series, whose error is below 1e-17 from 256 on. */
function logFactorial(n: number): number {
  const known = small[n]
  if (known !== undefined) return known
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
}
