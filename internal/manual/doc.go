// Package manual holds the pictures that README and manual show. They are made
// by internal/manual/shots from a running demo, never by hand.
package manual
