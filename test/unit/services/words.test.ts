import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const services = new URL('../../../services/', import.meta.url)

/** Names that only this project understood; the field's own are used instead (`sendCommand`, `WriteConflict`, outbox, dead letter, quarantine …). */
const given =
  'tellThrough Tell TellOptions Fact Addressed Heard hears jsonAsItIs Unfit Strange StrangeRecord noteUnsaved Parking passage setAside ' +
  'LetterEnd LetterNote WaitingEvents WaitingReader AwaitedAnswers startForwarder ownEvents StateView dueCommand PendingTimer inParts ' +
  'partsJoiner isTold withinGrace silentMs aroundOthers RowsInTheWay Held takePart withHold rememberChanges Untold tellChanges tellReaders ' +
  'createArrival createFailing gather applyOrPark OrderSlip toOrderSlip'
const names = given.split(' ')

test('no code of the services uses a word that one would have to learn here', () => {
  const used = new RegExp(`\\b(${names.join('|')})\\b`)
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((name) =>
    readFileSync(new URL(name, services), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && used.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})
