import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { workload } from '../../../services/shared/contracts/topology.ts'
import { brokerSecurityConfig } from '../../../services/shared/runtime/kafka/client/broker-security.ts'
import { baseConfig } from '../../../services/shared/runtime/process/config.ts'
import { type WriteSideService, writeSide, writeSideNames } from './write-side.ts'

/** The cell beside the bold label, without emphasis. */
function row(service: WriteSideService, label: string): string {
  const text = readFileSync(new URL(`../../../services/${service}/README.md`, import.meta.url), 'utf8')
  const [, cell] = new RegExp(`^\\| \\*\\*${label}\\*\\*\\s*\\| (.*?)\\s*\\|$`, 'm').exec(text) ?? []
  if (cell === undefined) throw new Error(`services/${service}/README.md has no row ${label}`)
  return cell
}

const words = (cell: string, pattern: RegExp): string[] => (cell.match(pattern) ?? []).sort()
const events = /\b[a-z]+\.[A-Z]\w+/g
const names = /\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g
const codes = /(?<=`)[A-Z]+(_[A-Z]+)*(?=`)/g

test.each(writeSideNames)('README of %s: owns, subscribes to and publishes are those of the code', (name) => {
  const { service } = writeSide[name]
  expect(row(name, 'Owns')).toBe(workload(name).owns)
  expect(words(row(name, 'Subscribes to'), events)).toEqual(Object.keys(service.reactions ?? {}).sort())
  expect(words(row(name, 'Publishes'), events)).toEqual(
    Object.keys(eventSchemas)
      .filter((type) => type.startsWith(`${name}.`))
      .sort(),
  )
})

test.each(writeSideNames)('README of %s: what it subscribes to becomes commands that it has', (name) => {
  const { service } = writeSide[name]
  const commands = words(row(name, 'Subscribes to'), /`[A-Z]\w+`/g).map((command) => command.slice(1, -1))
  for (const command of commands) expect(Object.keys(service.commandSchemas)).toContain(command)
  expect(commands.length > 0).toBe((service.subscribesTo ?? []).length > 0)
})

test.each(writeSideNames)('README of %s: each problem with its status, each own setting', (name) => {
  const { service, config } = writeSide[name]
  const cell = row(name, 'Problems')
  expect(words(cell, codes)).toEqual(Object.keys(service.problems).sort())
  for (const group of cell.split(' · ')) {
    for (const code of words(group, codes)) expect(`${service.problems[code]?.status} ${code}`).toBe(`${group.slice(0, 3)} ${code}`)
  }
  const shared = { ...baseConfig, ...brokerSecurityConfig }
  const own = Object.keys(config.properties).filter((variable) => !Object.hasOwn(shared, variable))
  expect(words(row(name, 'Config'), names)).toEqual(own.sort())
})
