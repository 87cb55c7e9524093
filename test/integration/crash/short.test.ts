import { expect, test } from 'vitest'
import { crashReportText } from '../../crash/crash-report.ts'
import { crashRun } from '../../crash/crash-run.ts'
import { crashTestsClosed } from '../../crash/shop.ts'

test('orders under kills and pauses, the broker killed once, commits without answers: nothing lost, nothing twice, everything ends', async ({
  skip,
}) => {
  const closed = await crashTestsClosed()
  skip(closed !== undefined, closed)
  const report = await crashRun({
    seed: 1,
    replicas: { orders: 2, payments: 1, inventory: 1, shipping: 1, notifications: 1 },
    counts: { kill: 5, pause: 4, zombie: 0, 'broker-kill': 1, 'broker-pause': 0, 'commit-cut': 4 },
    everyMs: 900,
    ordersPerSecond: 8,
    settleWithinMs: 60_000,
  })
  const text = crashReportText(report)
  process.stdout.write(text)
  expect(
    report.checks.filter(({ passed }) => !passed),
    text,
  ).toEqual([])
  expect(report.accepted).toBeGreaterThan(10)
  // Faults that no transaction has met would prove nothing.
  expect(report.failedTransactions.CommitOutcomeUnknown).toBeGreaterThan(0)
}, 150_000)
