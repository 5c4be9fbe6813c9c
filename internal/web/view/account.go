package view

import "changbei/internal/access"

// AccountList shows who may come in.
type AccountList struct {
	Base
	Rows      []AccountRow
	MayManage bool
}

// AccountRow is one person of the list.
type AccountRow struct {
	URL, Login, Name string
	Grants           []string // 仓库保管员（区应急物资储备库）
	State            Tag
	Created          string
}

// AccountForm makes or changes an account. Groups are the roles with the places
// they can be given for.
type AccountForm struct {
	Base
	New                bool
	Self               bool // one's own roles are somebody else's business
	Login, Name        string
	Action             string
	DisableURL         string // "" when there is nothing to disable
	EnableURL          string
	UnlockURL          string
	ResetURL           string
	Districtwide       []RoleChoice
	Local              []RoleChoice
	State              Tag
	Created            string
	RoleRules, BackURL string
}

// RoleChoice is a role and where it is given: Places are the depots for a role
// that belongs to one.
type RoleChoice struct {
	Role    access.Role
	Name    string
	Hint    string
	Value   string
	Checked bool
	Places  []Option
}

// AccountSecret shows a one-time password, once.
type AccountSecret struct {
	Base
	Heading, Login, Name, Password string
}

// AuditList is the trail.
type AuditList struct {
	Base
	Rows  []AuditRow
	Acts  []Option
	Act   string
	Pager Pager
	Empty Empty
}

// AuditRow is one line of the trail.
type AuditRow struct {
	At, Actor, Act, Object string
	Result                 Tag
	Detail, IP, RequestID  string
	Tail                   string
}
