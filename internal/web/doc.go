// Package web is the edge for people: the only package that knows echo.
//
// One route table (routes.go) holds method, path, permission and handler. A
// request passes the middleware (request id, headers, session, person,
// permission, CSRF), its handler reads a form, calls one use case and answers
// with a page from templates/ or with a redirect. Handlers are methods of
// Server, one file per noun and action; the structs of the pages are in view,
// the reading of fields in form.
//
// It may import the use cases and the domain. It must not know SQL or
// workbooks, and decides nothing about stock: the rights are checked again
// inside the use cases, at the depot of the row.
package web
