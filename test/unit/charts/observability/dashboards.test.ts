import { expect, test } from 'vitest'
import { dashboardFiles, dashboards } from '../../../../charts/observability/dashboards.ts'
import { ruleGroups } from '../../../../charts/observability/rules.ts'

interface Placed {
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly refId: string; readonly expr: string }[]
}
const panelsOf = (text: string): Placed[] => (JSON.parse(text) as { panels: Placed[] }).panels

test('panels of a dashboard lie side by side and in rows, none over another', () => {
  for (const [name, text] of Object.entries(dashboardFiles)) {
    const panels = panelsOf(text)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    )
    expect(new Set(cells).size, name).toBe(cells.length)
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w)), name).toBeLessThanOrEqual(24)
  }
})

test('every query of every dashboard is in its file, under a letter of its own in the panel', () => {
  for (const { uid, panels } of dashboards) {
    const written = panelsOf(dashboardFiles[`${uid}.json`] ?? '')
    expect(written.map(({ targets }) => targets.map(({ expr }) => expr))).toEqual(
      panels.map(({ queries }) => queries.map(({ expr }) => expr)),
    )
    for (const { targets } of written) expect(targets.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'].slice(0, targets.length))
  }
})

test('what is recorded has one name, of a level, a metric and an operation, and all that is read under such a name is recorded', () => {
  const rules = ruleGroups.flatMap((group) => group.rules)
  const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []))
  expect(new Set(recorded).size).toBe(recorded.length)
  for (const name of recorded) expect(name).toMatch(/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/)
  const queries = [
    ...rules.map(({ expr }) => expr),
    ...dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ expr }) => expr))),
  ]
  const read = queries.flatMap((expr) => expr.match(/\b[a-z_]+:[a-z_]+:[a-z0-9_]+\b/g) ?? [])
  expect(read.filter((name) => !recorded.includes(name))).toEqual([])
})
