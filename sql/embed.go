// Package sql carries the texts the database speaks and the data a new
// installation starts from. It holds files only; internal/store gives the SQL
// a meaning, internal/demo and internal/app read the seeds.
package sql

import "embed"

// Migrations are numbered files of statements, each led by "-- step: name".
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Queries are the named statements of internal/store, one file per noun.
//
//go:embed queries/*.sql
var Queries embed.FS

// Seed is data collected for the product: divisions, items, synonyms, quotas.
//
//go:embed seed/*.csv
var Seed embed.FS
