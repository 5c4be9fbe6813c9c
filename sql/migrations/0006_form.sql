-- The forms that go out to streets: a depot's stock as it was sent, to be
-- counted, changed and given back.

-- content is the rows as they were sent, as the use case wrote them; the
-- workbook itself lies under its hash beside the uploads. batch_id is the
-- import that booked its return, 0 = none. sent, returned, withdrawn.
-- step: street_form
CREATE TABLE IF NOT EXISTS street_form (
  id BIGINT NOT NULL PRIMARY KEY,
  depot_id BIGINT NOT NULL,
  business_on CHAR(10) NOT NULL,
  content MEDIUMTEXT NOT NULL,
  file_name VARCHAR(200) NOT NULL,
  file_hash VARCHAR(64) NOT NULL,
  file_size BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  sent_by BIGINT NOT NULL,
  sent_name VARCHAR(60) NOT NULL,
  sent_at BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  closed_name VARCHAR(60) NOT NULL,
  closed_at BIGINT NOT NULL
) /*table*/;

-- step: street_form_page
CREATE INDEX street_form_page ON street_form (sent_at, id);

-- step: street_form_open
CREATE INDEX street_form_open ON street_form (depot_id, status);

-- step: street_form_batch
CREATE INDEX street_form_batch ON street_form (batch_id);
