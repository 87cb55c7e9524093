import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { ruleFiles, ruleGroups } from '../../../../charts/observability/rules.ts'
import { testThatNeeds } from '../../test-that-needs.ts'
import { missingPrometheus } from './prometheus.ts'

const run = promisify(execFile)
/** promtool keeps a database for each case there, and waits for the disk. */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const testWithProm = testThatNeeds(missingPrometheus)

/** Runs `promtool` on the rules and, beside them, what else is given. */
async function promtool(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-promtool-'))
  try {
    for (const [name, text] of Object.entries({ ...ruleFiles, ...files })) await writeFile(join(folder, name), text)
    const { stdout } = await run('promtool', [...args], { cwd: folder, env: { ...process.env, TMPDIR: inMemory } }).catch(
      (error: { stdout: string; stderr: string }) => {
        throw new Error(error.stdout + error.stderr)
      },
    )
    return stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const breaker = 'caller="gateway-0",caller_namespace="breakwater",destination="catalog.breakwater.svc.cluster.local",port="80",subset=""'
const ejected = (host: string) => `breakwater_breaker_state{${breaker},host="${host}",state="ejected"}`
const route = 'service="orders",method="POST",route="/orders"'

interface Case {
  /** Series of samples, one every 15 s, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>
  readonly alert: string
  /** Minutes and seconds after the start: whether it fires then. */
  readonly fires: Readonly<Record<string, boolean>>
  readonly labels?: Readonly<Record<string, string>>
  /** Of its summary. */
  readonly says?: string
}

const cases: Readonly<Record<string, Case>> = {
  'a host that one caller has ejected for a minute': {
    series: { [ejected('catalog-0')]: '0 1x20', [ejected('catalog-1')]: '0x20' },
    alert: 'BreakerEjectsHost',
    fires: { '1m': false, '2m': true },
    says: 'catalog-0 of catalog.breakwater.svc.cluster.local is ejected by 1 callers',
  },
  'hosts of which one is left': {
    series: { [ejected('catalog-0')]: '1x20', [ejected('catalog-1')]: '0x20' },
    alert: 'BreakerEjectsAllHosts',
    fires: { '4m': false },
  },
  'hosts of which none is left': {
    series: { [ejected('catalog-0')]: '1x20', [ejected('catalog-1')]: '0x3 1x16' },
    alert: 'BreakerEjectsAllHosts',
    fires: { '45s': false, '2m': true },
    says: 'gateway-0 has ejected all hosts of catalog.breakwater.svc.cluster.local',
  },
  'a pool that refuses': {
    series: { [`breakwater_breaker_overflow_total{${breaker},host="catalog pool"}`]: '0+15x20' },
    alert: 'BreakerOverflows',
    fires: { '30s': false, '3m': true },
    says: 'gateway-0 refuses 1 requests a second to catalog.breakwater.svc.cluster.local',
  },
  'ejections again and again': {
    series: { [`breakwater_breaker_ejections_total{${breaker}}`]: '0+1x40' },
    alert: 'BreakerEjectsAgainAndAgain',
    fires: { '1m': false, '9m': true },
  },
  'a proxy that does not answer': {
    series: { 'breakwater_breaker_watched_proxies{answers="false"}': '1x20' },
    alert: 'BreakersNotSeen',
    fires: { '1m': false, '3m': true },
  },
  'one answer in ten is an error': {
    series: {
      [`http_server_request_duration_seconds_count{${route},status="202"}`]: '0+135x40',
      [`http_server_request_duration_seconds_count{${route},status="500"}`]: '0+15x40',
    },
    alert: 'RouteFails',
    fires: { '1m': false, '4m': true },
    says: 'orders fails 10% of POST /orders',
  },
  'no answer is an error': {
    series: { [`http_server_request_duration_seconds_count{${route},status="202"}`]: '0+150x40' },
    alert: 'RouteFails',
    fires: { '8m': false },
  },
  'a slow route': {
    series: {
      [`http_server_request_duration_seconds_count{${route},status="202"}`]: '0+150x60',
      [`http_server_request_duration_seconds_bucket{${route},status="202",le="1"}`]: '0x60',
      [`http_server_request_duration_seconds_bucket{${route},status="202",le="2.5"}`]: '0+150x60',
      [`http_server_request_duration_seconds_bucket{${route},status="202",le="+Inf"}`]: '0+150x60',
    },
    alert: 'RouteIsSlow',
    fires: { '4m': false, '8m': true },
  },
  'load that is refused': {
    series: { 'http_server_requests_shed_total{service="orders",pod="orders-0"}': '0+15x20' },
    alert: 'ServiceShedsLoad',
    fires: { '30s': false, '3m': true },
  },
  'slow sagas': {
    series: {
      'saga_duration_seconds_count{saga="order",outcome="confirmed"}': '0+15x60',
      'saga_duration_seconds_bucket{saga="order",outcome="confirmed",le="30"}': '0x60',
      'saga_duration_seconds_bucket{saga="order",outcome="confirmed",le="60"}': '0+15x60',
      'saga_duration_seconds_bucket{saga="order",outcome="confirmed",le="+Inf"}': '0+15x60',
    },
    alert: 'SagasAreSlow',
    fires: { '4m': false, '9m': true },
  },
  'a group that is behind and catches up': {
    series: { 'consumer_lag_records{group="g",topic="t",pod="a"}': '5x10 0 5x30' },
    alert: 'ConsumerIsBehind',
    fires: { '5m': false },
  },
  'a group that does not catch up': {
    series: { 'consumer_lag_records{group="g",topic="t",pod="a"}': '0 5x40', 'consumer_lag_records{group="g",topic="t",pod="b"}': '0x41' },
    alert: 'ConsumerIsBehind',
    fires: { '4m': false, '7m': true },
    says: 'g has not caught up with t for 5 minutes; 5 records at least',
  },
  'an old outbox': {
    series: { 'projection_outbox_age_seconds{service="order-history",pod="a"}': '0+15x40' },
    alert: 'OutboxIsOld',
    fires: { '1m': false, '4m': true },
  },
  'commands in quarantine': {
    series: { 'commands_quarantined{service="orders",pod="a"}': '1x20', 'commands_quarantined{service="orders",pod="b"}': '2x20' },
    alert: 'CommandsInQuarantine',
    fires: { '30s': false, '2m': true },
    says: '3 commands of orders wait in quarantine',
  },
  'events in quarantine': {
    series: { 'events_quarantined{service="orders",pod="a"}': '1x20', 'events_quarantined{service="orders",pod="b"}': '1x20' },
    alert: 'EventsInQuarantine',
    fires: { '30s': false, '2m': true },
    says: '1 events wait among the dead letters of orders',
  },
  'parked records': {
    series: { 'records_parked_total{service="orders"}': '0x4 1x60' },
    alert: 'RecordsParked',
    fires: { '45s': false, '2m': true, '13m': false },
  },
  'a projection that stands still': {
    series: { 'projection_failing{projection="orders"}': '1x20' },
    alert: 'ProjectionStandsStill',
    fires: { '30s': false, '2m': true },
  },
}

/**
 * A case → promtool's test. promtool compares whole alerts, with all that they say; it is told to expect none, and its failures show what fires.
 */
const toTest = ({ series, alert, fires }: Case): object => ({
  interval: '15s',
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  alert_rule_test: Object.keys(fires).map((at) => ({ eval_time: at, alertname: alert, exp_alerts: [] })),
})

/** What promtool has found firing: `alert at time`, and all that was told of it. */
function firing(told: string): { readonly what: string; readonly text: string }[] {
  const parts = told.split('alertname: ').slice(1)
  return parts.map((part) => {
    const text = part.replaceAll(/\s+/g, ' ')
    const [, alert, at] = /^(\w+), time: (\w+), exp:\[\], got:\[ 0: Labels:/.exec(text) ?? []
    return { what: `${alert} at ${at}`, text }
  })
}

testWithProm('promtool finds nothing wrong with the rules', async () => {
  const said = await promtool(['check', 'rules', ...Object.keys(ruleFiles)])
  expect(said).toContain(`SUCCESS: ${ruleGroups.flatMap(({ rules }) => rules).length} rules found`)
})

testWithProm('each alert fires when it should, and not before', async () => {
  const all = Object.values(cases)
  const tests = { rule_files: Object.keys(ruleFiles), evaluation_interval: '15s', tests: all.map(toTest) }
  const told = await promtool(['test', 'rules', 'tests.yaml'], { 'tests.yaml': stringify(tests, { lineWidth: 0 }) }).catch(
    (error: Error) => error.message,
  )
  const found = firing(told)
  const expected = all.flatMap(({ alert, fires }) => Object.entries(fires).flatMap(([at, does]) => (does ? [`${alert} at ${at}`] : [])))
  expect(found.map(({ what }) => what)).toEqual(expected)
  for (const [name, { says }] of Object.entries(cases))
    if (says !== undefined)
      expect(
        found.some(({ text }) => text.includes(`summary="${says}"`)),
        `${name}: ${says}`,
      ).toBe(true)
  const alerts = ruleGroups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])))
  expect(new Set(expected.map((what) => what.split(' ')[0]))).toEqual(new Set(alerts))
})
