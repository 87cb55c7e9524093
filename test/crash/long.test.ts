import { expect, test } from 'vitest'
import { crashReportText } from './crash-report.ts'
import { crashRun } from './crash-run.ts'

/** `CRASH_SEED=7 make test-crash` runs one plan again; without it each run is another one. */
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000)

test(`more than 200 faults of all kinds under load, seed ${seed}`, async () => {
  const started = performance.now()
  const say = (line: string) => process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
  const report = await crashRun(
    {
      seed,
      replicas: { orders: 2, payments: 2, inventory: 2, shipping: 1, notifications: 1 },
      counts: { kill: 70, pause: 116, zombie: 8, 'broker-kill': 6, 'broker-pause': 4 },
      everyMs: 1_100,
      ordersPerSecond: 4,
      settleWithinMs: 240_000,
    },
    say,
  )
  const text = crashReportText(report)
  process.stdout.write(text)
  expect(report.faults.length).toBeGreaterThanOrEqual(200)
  expect(report.accepted).toBeGreaterThan(100)
  expect(
    report.checks.filter(({ holds }) => !holds),
    text,
  ).toEqual([])
}, 900_000)
