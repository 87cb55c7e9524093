import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { dashboards } from '../../../../charts/observability/dashboards.ts'
import { ruleFiles, ruleGroups } from '../../../../charts/observability/rules.ts'
import { testThatNeeds } from '../../test-that-needs.ts'
import { missingPrometheus, type Prometheus, startPrometheus } from './prometheus.ts'
import { shopExposition } from './shop-exposition.ts'

/** Until rates have two scrapes, and rules of rules have been evaluated. */
const withinMs = 30_000

async function hasData(prometheus: Prometheus, expr: string): Promise<boolean> {
  return (await prometheus.query(expr)).some(({ value: [, value] }) => value !== 'NaN')
}

testThatNeeds(missingPrometheus)(
  'a Prometheus that scrapes the shop evaluates every rule and every query of the dashboards, and each finds something',
  async () => {
    const exposition = shopExposition()
    const server = createServer((_request, response) => {
      void exposition().then((text) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(text))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    try {
      await using prometheus = await startPrometheus(`127.0.0.1:${port}`, ruleFiles)
      const queries = [
        ...ruleGroups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : []))),
        ...dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ expr }) => expr))),
      ]
      expect(queries.length).toBeGreaterThan(40)
      let empty: readonly string[] = queries
      for (const endMs = Date.now() + withinMs; empty.length > 0 && Date.now() < endMs; await delay(500)) {
        const found = await Promise.all(empty.map((expr) => hasData(prometheus, expr)))
        empty = empty.filter((_expr, index) => !found[index])
      }
      expect(empty).toEqual([])
      expect(await prometheus.lastScrapeError()).toBe('')
      expect(await prometheus.ruleErrors()).toEqual([])
      // No time-out of ours, and a metric that is not there: a query that finds nothing is seen.
      expect(await hasData(prometheus, 'breakwater_breaker_stat')).toBe(false)
      await expect(prometheus.query('sum by (')).rejects.toThrow('parse error')
    } finally {
      server.close()
      server.closeAllConnections()
    }
  },
)
