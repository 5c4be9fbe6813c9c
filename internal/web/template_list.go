package web

import (
	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/reporting"
	"changbei/internal/sheet"
	"changbei/internal/web/view"
)

var templateListPage = declare[view.TemplateList]("base", "template/list")

// templateStatuses are the states of a template as people call them.
var templateStatuses = map[string]view.Tag{
	reporting.TemplateActive: {Text: "使用中", Tone: "is-ok", Icon: "circle-check"},
	"retired":                {Text: "已停用", Icon: "ban"},
}

// templateList shows the own layouts, how to make one, and the fields of each
// kind.
func (s *Server) templateList(c echo.Context) error {
	p, err := s.templateListView(c)
	if err != nil {
		return err
	}
	return show(s, c, templateListPage, p)
}

func (s *Server) templateListView(c echo.Context) (*view.TemplateList, error) {
	actor := actorOf(c)
	list, err := s.Templates.List(c.Request().Context(), actor)
	if err != nil {
		return nil, err
	}
	p := &view.TemplateList{Base: s.base(c), MayEdit: actor.May(access.TemplateEdit, 0), MaxMB: sheet.MaxTemplate >> 20,
		Empty: view.Empty{Icon: "file-spreadsheet", Title: "还没有自己的模板", Text: "不上传也能导出，用的是系统自带的版式。需要用单位自己的表样时，照下面的办法做一个传上来。"}}
	names := map[string]string{}
	for _, k := range reporting.TemplateKinds() {
		names[k.Kind] = k.Name
		p.Kinds = append(p.Kinds, view.TemplateKind{Kind: k.Kind, Name: k.Name, About: k.About, SampleURL: "/templates/sample?kind=" + k.Kind,
			Line: placeholdersOf(k.Line), Head: placeholdersOf(k.Head)})
	}
	for _, e := range list {
		row := view.TemplateRow{Name: e.Name, Kind: names[e.Kind], File: e.FileName, Version: e.Version, FileURL: "/templates/" + e.ID.String() + "/file",
			Status: templateStatuses[e.Status], Uploader: e.ActorName, Uploaded: view.When(e.UploadedAt), Retirer: e.RetiredName, Retired: view.When(e.RetiredAt)}
		if p.MayEdit && e.Status == reporting.TemplateActive {
			row.RetireURL = "/templates/" + e.ID.String() + "/retire"
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func placeholdersOf(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "{{" + n + "}}"
	}
	return out
}
