// Reads tables with four readers that share no code (DuckDB, hyparquet, parquet-wasm, polars) and compares.
//
//   node readers.mjs DIR      DIR is the OUT of `dateline extract --format parquet`
//
// All four must give the same rows, types and values, the types must be the declared ones, statistics must be true, and
// documents.text cut at a row's offsets must be its text, in bytes and in code points.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromIPC } from 'apache-arrow'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import polars from 'nodejs-polars'
import * as parquetWasm from 'parquet-wasm'

export const tables = ['documents', 'sentences', 'mentions', 'entities', 'places', 'dates', 'errors']

// Each reader turns a file into {types: {column: type}, columns: {column: values}}. A value is a string, number, bigint
// (int64), boolean, 'YYYY-MM-DD', array of strings, or null.
// polars is first, because its strings come whole: the others decode with TextDecoder, which drops a byte order mark.
export const readers = { polars: readPolars, DuckDB: readDuckDB, hyparquet: readHyparquet, 'parquet-wasm': readParquetWasm }

let connection
async function sql(query) {
  connection ??= await (await DuckDBInstance.create(':memory:')).connect()
  return connection.runAndReadAll(query)
}

const quote = (s) => `'${s.replaceAll("'", "''")}'`

async function readDuckDB(file) {
  const names = { VARCHAR: 'string', INTEGER: 'int32', BIGINT: 'int64', FLOAT: 'float32', DOUBLE: 'float64', BOOLEAN: 'bool', DATE: 'date32', 'VARCHAR[]': 'list<string>' }
  const result = await sql(`select * from read_parquet(${quote(file)})`)
  const types = {}, columns = {}
  const values = result.getColumnsJS()
  result.columnNames().forEach((name, i) => {
    const type = String(result.columnTypes()[i])
    types[name] = names[type] ?? type
    columns[name] = types[name] === 'date32' ? (values[i] ?? []).map(day) : values[i] ?? []
  })
  return { types, columns }
}

async function readHyparquet(file) {
  const data = readFileSync(file)
  const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.length)
  const metadata = parquetMetadata(buffer)
  const types = {}, columns = {}
  for (let i = 1; i < metadata.schema.length; i++) {
    const e = metadata.schema[i]
    if (e.num_children) { // a list: the group, its repeated group, its element
      types[e.name] = `list<${hyparquetType(metadata.schema[i + 2])}>`
      i += 2
    } else types[e.name] = hyparquetType(e)
    columns[e.name] = []
  }
  for (const row of await parquetReadObjects({ file: buffer, metadata, compressors })) {
    for (const name in columns) {
      const v = row[name] ?? null
      columns[name].push(types[name] === 'date32' ? day(v) : v)
    }
  }
  return { types, columns }
}

function hyparquetType(e) {
  const type = e.logical_type?.type ?? e.converted_type ?? e.type
  return { STRING: 'string', UTF8: 'string', INT32: 'int32', INT64: 'int64', FLOAT: 'float32', DOUBLE: 'float64', BOOLEAN: 'bool', DATE: 'date32', INT_32: 'int32', INT_64: 'int64',
    INTEGER: `int${e.logical_type?.bitWidth}` }[type] ?? type
}

async function readParquetWasm(file) {
  const names = { Utf8: 'string', Int32: 'int32', Int64: 'int64', Float32: 'float32', Float64: 'float64', Bool: 'bool', 'Date32<DAY>': 'date32', 'List<Utf8>': 'list<string>' }
  const table = tableFromIPC(parquetWasm.readParquet(readFileSync(file)).intoIPCStream())
  const types = {}, columns = {}
  table.schema.fields.forEach((field, i) => {
    types[field.name] = names[String(field.type)] ?? String(field.type)
    const values = Array.from(table.getChildAt(i) ?? [])
    columns[field.name] = values.map((v) => v === null ? null : types[field.name] === 'date32' ? day(v) : types[field.name] === 'list<string>' ? [...v] : v)
  })
  return { types, columns }
}

async function readPolars(file) {
  const names = { Utf8: 'string', String: 'string', Int32: 'int32', Int64: 'int64', Float32: 'float32', Float64: 'float64', Bool: 'bool', Boolean: 'bool', Date: 'date32' }
  const frame = polars.readParquet(file)
  const types = {}, columns = {}
  frame.columns.forEach((name, i) => {
    const type = String(frame.dtypes[i]).replaceAll(/DataType\((\w+)/g, '$1').replaceAll(')', '').replace('(', '<')
    types[name] = type.startsWith('List') ? `list<${names[type.slice(5)]}>` : names[type] ?? type
    const column = frame.getColumn(name)
    if (types[name] === 'int64') // numbers would lose digits
      columns[name] = column.cast(polars.Utf8).toArray().map((v) => v === null ? null : BigInt(v))
    else if (types[name] === 'date32')
      columns[name] = column.cast(polars.Int32).toArray().map((v) => v === null ? null : day(v * 86400000))
    else columns[name] = column.toArray()
  })
  return { types, columns }
}

// day returns YYYY-MM-DD of a Date, of milliseconds since 1970, or of a string that is it already.
function day(v) {
  if (v === null || typeof v === 'string') return v
  return new Date(v).toISOString().slice(0, 10)
}

// same compares two values; a byte order mark in front of a string does not count (see readers).
function same(a, b) {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => same(v, b[i]))
  return typeof a === 'string' && typeof b === 'string' && a.replace(/^\uFEFF/, '') === b.replace(/^\uFEFF/, '')
}

function show(v) {
  if (typeof v === 'bigint') return String(v)
  const s = JSON.stringify(v) ?? String(v)
  return s.length > 80 ? s.slice(0, 79) + '…' : s
}

// check compares the tables below dir, all or those in only. It returns {problems, rows}: what is wrong, in words, and the
// row counts.
export async function check(dir, using = readers, only = tables) {
  const problems = [], rows = {}, all = {}
  const fail = (message) => problems.push(message)
  for (const table of only) {
    let files = []
    try {
      files = readdirSync(join(dir, table)).filter((f) => /^[^._].*\.parquet$/.test(f)).sort()
    } catch { /* said below */ }
    if (files.length === 0) {
      fail(`${table}: no Parquet file`)
      continue
    }
    all[table] = {}
    rows[table] = 0
    for (const name of files) {
      const file = join(dir, table, name)
      const first = await checkFile(`${table}/${name}`, file, using, fail)
      if (!first) continue
      for (const column in first.columns) all[table][column] = (all[table][column] ?? []).concat(first.columns[column])
      rows[table] += Object.values(first.columns)[0].length
    }
  }
  if (problems.length === 0 && only === tables) checkTexts(all, fail)
  return { problems, rows }
}

async function checkFile(label, file, using, fail) {
  let first, declared
  try {
    const data = readFileSync(file)
    const metadata = parquetMetadata(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))
    const value = (key) => metadata.key_value_metadata?.find((kv) => kv.key === key)?.value
    if (!/^\d+\.\d+\.\d+$/.test(value('dateline.schema_version') ?? '')) fail(`${label}: no schema version in the file`)
    declared = JSON.parse(value('dateline.columns'))
  } catch (e) {
    fail(`${label}: ${e.message ?? e}`)
    return
  }
  for (const [reader, read] of Object.entries(using)) {
    let got
    try {
      got = await read(file)
    } catch (e) {
      fail(`${label}: ${reader}: ${e.message ?? e}`)
      continue
    }
    const columns = Object.keys(got.types)
    const want = declared.map((c) => c.name)
    if (columns.join() !== want.join()) fail(`${label}: ${reader} sees the columns ${columns}, declared are ${want}`)
    for (const { name, type, nullable, comment } of declared) {
      if (!got.columns[name]) continue
      if (got.types[name] !== type) fail(`${label}: ${reader} reads ${name} as ${got.types[name]}, declared is ${type}`)
      if (!nullable && got.columns[name].includes(null)) fail(`${label}: ${reader} reads a null in ${name}, which has none`)
      if (!comment) fail(`${label}: ${name} has no comment`)
    }
    if (!first) first = { reader, ...got }
    else compare(label, first, { reader, ...got }, fail)
  }
  if (first) await checkStatistics(label, file, first, fail)
  return first
}

// compare reports the first value of each column on which two readers differ.
function compare(label, a, b, fail) {
  for (const name in a.columns) {
    const x = a.columns[name], y = b.columns[name]
    if (!y) continue
    if (x.length !== y.length) {
      fail(`${label}: ${a.reader} reads ${x.length} rows of ${name}, ${b.reader} ${y.length}`)
      continue
    }
    const i = x.findIndex((v, i) => !same(v, y[i]))
    if (i >= 0) fail(`${label}: row ${i}: ${name} is ${show(x[i])} for ${a.reader}, ${show(y[i])} for ${b.reader}`)
  }
}

// checkStatistics holds null counts and extremes in the file's footer against the values.
async function checkStatistics(label, file, { columns, types }, fail) {
  const stats = await sql(`select path_in_schema, row_group_id, row_group_num_rows, stats_null_count, stats_min_value, stats_max_value
    from parquet_metadata(${quote(file)}) order by row_group_id, column_id`)
  const start = {}
  for (const [path, , count, nulls, min, max] of stats.getRowsJS()) {
    const name = path.split(',')[0]
    if (!columns[name] || types[name] === 'list<string>') continue
    const from = start[name] ?? 0
    const values = columns[name].slice(from, start[name] = from + Number(count))
    const known = values.filter((v) => v !== null)
    if (nulls !== null && Number(nulls) !== values.length - known.length)
      fail(`${label}: statistics say ${nulls} nulls in ${name}, there are ${values.length - known.length}`)
    if (min === null || max === null || !/^(int|float)/.test(types[name]) || known.length === 0) continue
    const numbers = known.map(Number)
    const least = numbers.reduce((a, b) => Math.min(a, b)), most = numbers.reduce((a, b) => Math.max(a, b))
    if (Math.fround(Number(min)) !== Math.fround(least) || Math.fround(Number(max)) !== Math.fround(most))
      fail(`${label}: statistics say ${name} goes from ${min} to ${max}, it goes from ${least} to ${most}`)
  }
}

// checkTexts cuts documents.text at every row's offsets, and counts sentences.
function checkTexts({ documents, ...rest }, fail) {
  const texts = new Map(documents.doc_id.map((id, i) => {
    const text = documents.text[i]
    return [id, { text, bytes: Buffer.from(text), chars: Array.from(text), sentences: documents.sentences[i] }]
  }))
  for (const table of ['sentences', 'mentions', 'places', 'dates']) {
    const t = rest[table]
    for (let i = 0; i < t.doc_id.length; i++) {
      const d = texts.get(t.doc_id[i])
      const where = `${table}: row ${i} of ${show(t.doc_id[i])}`
      if (!d) {
        fail(`${where}: no such document`)
        continue
      }
      const byBytes = d.bytes.subarray(t.byte_start[i], t.byte_end[i]).toString()
      const byChars = d.chars.slice(t.char_start[i], t.char_end[i]).join('')
      if (byBytes !== t.text[i]) fail(`${where}: bytes ${t.byte_start[i]}-${t.byte_end[i]} are ${show(byBytes)}, text is ${show(t.text[i])}`)
      if (byChars !== t.text[i]) fail(`${where}: code points ${t.char_start[i]}-${t.char_end[i]} are ${show(byChars)}, text is ${show(t.text[i])}`)
      if (table === 'sentences') d.sentences--
    }
  }
  for (const [id, d] of texts) if (d.sentences !== 0) fail(`documents: ${show(id)} has ${d.sentences} more sentences than rows in the table`)
}

async function main(dir) {
  if (!dir) {
    console.error('usage: node readers.mjs DIR')
    return 2
  }
  const { problems, rows } = await check(dir)
  for (const p of problems.slice(0, 40)) console.error(p)
  if (problems.length > 0) {
    console.error(`${problems.length} problems`)
    return 1
  }
  console.log(`${Object.keys(readers).join(', ')} agree: ${Object.entries(rows).map(([t, n]) => `${n} ${t}`).join(', ')}`)
  return 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main(process.argv[2])
