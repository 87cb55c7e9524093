import { Type } from 'typebox'
import { baseConfig, kafkaConfig } from '../shared/runtime/process/config.ts'
import { databaseUrlPattern } from '../shared/runtime/projections/index.ts'

export const config = Type.Object({
  ...baseConfig,
  ...kafkaConfig,
  DATABASE_URL: Type.String({
    pattern: databaseUrlPattern,
    writeOnly: true,
    description: 'where the rows are: postgres://user:password@host/database, or pglite:directory on a laptop',
  }),
})
