import { expect, test } from 'vitest'
import { formatRecord } from '../../../../../scripts/local/logs/format-record.ts'

const line = JSON.stringify({
  workload: 'catalog',
  replica: 1,
  container: 'app',
  level: 'info',
  time: '2026-01-02T03:04:05.678Z',
  service: 'catalog',
  msg: 'listening',
  port: 80,
})

test('one line says when, who, what', () => {
  expect(formatRecord(line, {})).toBe('03:04:05.678 catalog-1              info  listening port=80')
})

test('pino’s numbers and times of the epoch are read', () => {
  expect(formatRecord(JSON.stringify({ workload: 'kafka', replica: 0, container: 'broker', level: 40, time: 0, msg: 'slow' }), {})).toMatch(
    /^00:00:00\.000 kafka +warn +slow$/,
  )
})

test('a workload, a replica, or all', () => {
  expect(formatRecord(line, { of: 'catalog' })).toBeDefined()
  expect(formatRecord(line, { of: 'catalog-1' })).toBeDefined()
  expect(formatRecord(line, { of: 'catalog-0' })).toBeUndefined()
  expect(formatRecord(line, { of: 'orders' })).toBeUndefined()
})

test('a line that is not ours is passed on, unless somebody is wanted', () => {
  expect(formatRecord('garbage', {})).toBe('garbage')
  expect(formatRecord('garbage', { of: 'catalog' })).toBeUndefined()
})
