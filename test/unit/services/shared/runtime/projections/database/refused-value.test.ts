import { expect, test } from 'vitest'
import { refusedValue } from '../../../../../../../services/shared/runtime/projections/database/refused-value.ts'

const says = (code: unknown) => Object.assign(new Error('out of range'), { code })

test.each(['22003', '22P02', '22021'])(
  'a value of SQLSTATE %s is refused however often it comes, and by whatever it is wrapped',
  (code) => {
    expect(refusedValue(says(code))).toBe(`out of range (SQLSTATE ${code})`)
    expect(refusedValue(new Error('outer', { cause: new Error('middle', { cause: says(code) }) }))).toBe(`outer (SQLSTATE ${code})`)
  },
)

test.each([
  says('23505'),
  says('2200'),
  says('220033'),
  says('122003'),
  says('22p02'),
  says(22003),
  new Error('none'),
  { code: '22003' },
  undefined,
])('the cause of %o may pass', (error) => {
  expect(refusedValue(error)).toBeUndefined()
})
