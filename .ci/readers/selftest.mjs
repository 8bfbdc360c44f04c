// Tries the comparison itself: tables that are hard to read must pass, and every kind of damage must be found.
//
//   node selftest.mjs         (npm test) makes its tables with `go test ../../output -tables DIR`
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { check, readers } from './readers.mjs'

const root = mkdtempSync(join(tmpdir(), 'dateline-readers-'))
const here = new URL('.', import.meta.url).pathname
let failed = 0

// expect says whether the problems of a check are those that are wanted: none, or one that matches.
function expect(name, problems, want) {
  const ok = want ? problems.some((p) => want.test(p)) : problems.length === 0
  if (ok) return
  failed++
  console.error(`${name}: want ${want ?? 'no problem'}, got\n  ${problems.slice(0, 5).join('\n  ') || 'no problem'}`)
}

// altered returns the readers with one of them changed by f, which gets what it read.
const altered = (name, f) => ({ ...readers, [name]: async (file) => { const got = await readers[name](file); f(got); return got } })

try {
  const hard = join(root, 'hard')
  execFileSync('go', ['test', '-count=1', '-run', '^TestTablesForReaders$', './output', '-tables', hard], { cwd: join(here, '../..'), stdio: ['ignore', 'ignore', 'inherit'] })
  expect('hard tables', (await check(hard)).problems)

  const small = join(root, 'small')
  cpSync(hard, small, { recursive: true, filter: (f) => !/part-00000[013]/.test(f) || /entities/.test(f) })
  expect('small tables', (await check(small)).problems)

  // One reader that sees something else.
  const change = (reader, file, want, f) => check(small, altered(reader, f), [file])
    .then(({ problems }) => expect(`${reader} sees another ${want}`, problems, want))
  await change('DuckDB', 'mentions', /mentions.*row 3: canonical is .* for polars, "x" for DuckDB/, (t) => { t.columns.canonical[3] = 'x' })
  await change('hyparquet', 'mentions', /row 0: title is null for polars, "" for hyparquet/, (t) => { t.columns.title[0] = '' })
  await change('parquet-wasm', 'places', /row 1: lat is .* for polars, .* for parquet-wasm/, (t) => { t.columns.lat[1] += 1e-9 })
  await change('polars', 'dates', /date_from is "1999-12-31" for polars/, (t) => { t.columns.date_from[0] = '1999-12-31' })
  await change('polars', 'entities', /aliases is/, (t) => { t.columns.aliases[2] = [] })
  await change('hyparquet', 'sentences', /polars reads 1500 rows of .*, hyparquet 1499/, (t) => { for (const c in t.columns) t.columns[c].pop() })
  await change('DuckDB', 'dates', /DuckDB reads date_from as int32, declared is date32/, (t) => { t.types.date_from = 'int32' })
  await change('DuckDB', 'dates', /DuckDB reads a null in rule/, (t) => { t.columns.rule[9] = null })
  await change('polars', 'errors', /polars sees the columns/, (t) => { delete t.types.stage })
  await change('polars', 'places', /statistics say \d+ nulls in place_id/, (t) => { t.columns.place_id[0] = 'gn:0' })
  await change('polars', 'dates', /statistics say byte_end goes from/, (t) => { t.columns.byte_end.fill(7) })

  // Files that are not what they should be.
  const damage = async (name, want, f) => {
    const dir = join(root, name)
    cpSync(small, dir, { recursive: true })
    await f(dir)
    expect(name, (await check(dir)).problems, want)
  }
  const part = (dir, table) => join(dir, table, 'part-000002.parquet')
  await damage('no-places', /^places: no Parquet file/, (dir) => rmSync(join(dir, 'places'), { recursive: true }))
  await damage('torn', /mentions\/part-000002.parquet: /, (dir) => writeFileSync(part(dir, 'mentions'), readFileSync(part(dir, 'mentions')).subarray(0, 5000)))
  await damage('flipped', /sentences\/part-000002.parquet: /, (dir) => {
    const data = readFileSync(part(dir, 'sentences'))
    for (let i = 600; i < 700; i++) data[i] ^= 0x55
    writeFileSync(part(dir, 'sentences'), data)
  })
  const rewrite = async (dir, table, select) => { // by DuckDB, with the metadata that the check asks for
    const db = await (await DuckDBInstance.create(':memory:')).connect()
    const old = part(dir, table), out = old.replace('part-000002', 'part-x')
    const kv = await db.runAndReadAll(`select decode(key), decode(value) from parquet_kv_metadata('${old}')`)
    const meta = kv.getRowsJS().filter(([k]) => k.startsWith('dateline.')).map(([k, v]) => `'${k}': '${v.replaceAll("'", "''")}'`)
    await db.run(`copy (select ${select} from read_parquet('${old}')) to '${out}' (format parquet, kv_metadata {${meta.join(', ')}})`)
    rmSync(old)
  }
  await damage('text-moved', /bytes \d+-\d+ are/, (dir) => rewrite(dir, 'documents', "* replace ('é' || text as text)"))
  await damage('code-points-wrong', /code points \d+-\d+ are/, (dir) => rewrite(dir, 'mentions', '* replace (char_start + 1 as char_start)'))
  await damage('sentence-gone', /documents: "many" has 1 more sentences/, (dir) => rewrite(dir, 'documents', "* replace (sentences + (doc_id = 'many')::int as sentences)"))
  await damage('no-such-document', /no such document/, (dir) => rewrite(dir, 'dates', "* replace ('x' as doc_id)"))
  await damage('column-gone', /sees the columns/, (dir) => rewrite(dir, 'dates', '* exclude (mod)'))
} finally {
  rmSync(root, { recursive: true, force: true })
}
console.log(failed ? `${failed} failed` : 'the comparison finds what it should')
process.exitCode = failed ? 1 : 0
