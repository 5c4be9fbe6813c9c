package view

// SignIn is the door. Kept is what somebody had typed when their session was
// over; it waits behind the door.
type SignIn struct {
	Base
	Login string
	Next  string
	Kept  Kept
}

// Kept is a form that came without a session: where it was going, with its
// fields.
type Kept struct {
	Path   string
	Fields []Field
}

// Field is a field as it was sent.
type Field struct{ Name, Value string }

// Resume offers to send a kept form after signing in.
type Resume struct {
	Base
	Kept Kept
}

// SignInLink asks a person to go in by a single-use link. Opening the address
// alone must not use it up: mail scanners and chat previews open links too.
type SignInLink struct {
	Base
	Name, Action string
}

// Setup makes the first account.
type Setup struct {
	Base
	Code, Login, Name string
}

// Password is the form of one's own password. Forced says that nothing else
// can be done before.
type Password struct {
	Base
	Forced bool
}

// Fault is a page about something that went wrong.
type Fault struct {
	Base
	Status        int
	Heading, Text string
	RequestID     string
	Relogin       bool
}
