import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { config as gatewayConfig } from '../../../../services/gateway/config.ts'
import { gatewayErrors } from '../../../../services/gateway/errors.ts'
import { config as orderHistoryConfig } from '../../../../services/order-history/config.ts'
import { orderHistoryErrors } from '../../../../services/order-history/errors.ts'
import { type WorkloadName, workload } from '../../../../services/shared/contracts/topology.ts'
import { baseConfig, kafkaConfig } from '../../../../services/shared/runtime/process/config.ts'

test.each([
  ['gateway', gatewayErrors, gatewayConfig],
  ['order-history', orderHistoryErrors, orderHistoryConfig],
] as const)(
  'README of %s names its problems with their status, its own settings, whom it calls and subscribes to',
  (name: WorkloadName, errors, config) => {
    const readme = readFileSync(new URL(`../../../../services/${name}/README.md`, import.meta.url), 'utf8')
    const row = (label: string): string => new RegExp(`^\\| \\*\\*${label}\\*\\*\\s*\\| (.*?)\\s*\\|$`, 'm').exec(readme)?.[1] ?? ''
    for (const [code, { status }] of Object.entries(errors)) expect(row('Problems')).toMatch(new RegExp(`${status} [^·]*\`${code}\``))
    const own = Object.keys(config.properties).filter((variable) => !Object.hasOwn({ ...baseConfig, ...kafkaConfig }, variable))
    for (const variable of own) expect(row('Config')).toContain(`\`${variable}\``)
    expect(row('Owns')).toBe(workload(name).owns)
    for (const destination of workload(name).calls) expect(row('Calls')).toContain(destination)
    for (const heard of workload(name).subscribesTo) expect(row('Subscribes to')).toContain(heard)
  },
)
