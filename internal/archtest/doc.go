// Package archtest holds the rules of the house as tests: who may import whom,
// how long a file or function may be, and which words never stand in the SQL.
//
// It has no code of its own and reads the project's source text only. It
// imports nothing of the project, so that it cannot be part of what it judges.
package archtest
