import { expect, test } from 'vitest'
import { fromPs, markOf, shopProcesses } from '../../../../../scripts/local/processes/shop-processes.ts'

test("lines of ps are told apart into a process and what it was started with, the shop's mark among it", () => {
  const lines = [
    '    1 /sbin/init',
    '  812 java -cp /opt/kafka kafka.Kafka HOME=/home/alice BREAKWATER_PROCESS=0123456789abcdef:kafka/broker LANG=C',
    '',
  ]
  expect([...fromPs(lines.join('\n'))]).toEqual([
    { pid: 1, variables: ['/sbin/init'] },
    {
      pid: 812,
      variables: [
        'java',
        '-cp',
        '/opt/kafka',
        'kafka.Kafka',
        'HOME=/home/alice',
        'BREAKWATER_PROCESS=0123456789abcdef:kafka/broker',
        'LANG=C',
      ],
    },
  ])
})

test('a process counts by its mark and by the folder of its shop; one that has ended does not', () => {
  const variables = (folder: string, name: string) => Object.entries(markOf(folder, name)).map(([key, value]) => `${key}=${value}`)
  const mine = variables('/shops/mine', 'catalog-0/app')
  const found = shopProcesses('/shops/mine', () => [
    { pid: process.pid, variables: mine },
    { pid: process.ppid, variables: variables('/shops/other', 'catalog-0/app') },
    { pid: 2 ** 22 + 1, variables: mine },
  ])
  expect(found.map(({ pid, name }) => ({ pid, name }))).toEqual([{ pid: process.pid, name: 'catalog-0/app' }])
})
