import { breakers } from './dashboards/breakers.ts'
import { type Dashboard, dashboardJson } from './dashboards/dashboard.ts'
import { orders } from './dashboards/orders.ts'
import { requests } from './dashboards/requests.ts'

export const dashboards: readonly Dashboard[] = [breakers, requests, orders]

/** File name → text: for Grafana, to import or to find in a folder. */
export const dashboardFiles: Readonly<Record<string, string>> = Object.fromEntries(
  dashboards.map((dashboard) => [`${dashboard.uid}.json`, dashboardJson(dashboard)]),
)
