BEGIN TRANSACTION;
CREATE TABLE agent_group_members (
	sequence INTEGER NOT NULL, 
	"groupId" VARCHAR(24) NOT NULL, 
	"agentId" VARCHAR(24) NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY("groupId") REFERENCES agent_groups (id) ON DELETE CASCADE, 
	FOREIGN KEY("agentId") REFERENCES agents (id) ON DELETE CASCADE
);
CREATE TABLE agent_groups (
	id VARCHAR(24) NOT NULL, 
	name TEXT, 
	description TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE agents (
	id VARCHAR(24) NOT NULL, 
	name TEXT, 
	email TEXT, 
	"phoneNumber" TEXT, 
	"mobileNumber" TEXT, 
	address TEXT, 
	city TEXT, 
	signature TEXT, 
	"photoType" VARCHAR(40), 
	account JSON, 
	PRIMARY KEY (id)
);
INSERT INTO "agents" VALUES('6b0d24acc8154ab843e0b393','Ines Marchetti',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE companies (
	id VARCHAR(24) NOT NULL, 
	company TEXT, 
	"vatNumber" TEXT, 
	email TEXT, 
	"invoicingEmail" TEXT, 
	"phoneNumber" TEXT, 
	"faxNumber" TEXT, 
	address TEXT, 
	city TEXT, 
	province TEXT, 
	state TEXT, 
	"postalNumber" TEXT, 
	"bankAccount" TEXT, 
	"insertDate" BIGINT, 
	note TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE customers (
	id VARCHAR(24) NOT NULL, 
	name TEXT, 
	email TEXT, 
	"birthDate" BIGINT, 
	"phoneNumber" TEXT, 
	"faxNumber" TEXT, 
	"mobileNumber" TEXT, 
	address TEXT, 
	city TEXT, 
	province TEXT, 
	"postalNumber" TEXT, 
	state TEXT, 
	"skypeAddress" TEXT, 
	"msnAddress" TEXT, 
	"gtalkAddress" TEXT, 
	"twitterAccountUrl" TEXT, 
	"facebookAccountUrl" TEXT, 
	"linkedinAccountUrl" TEXT, 
	"googleAccountUrl" TEXT, 
	"youtubeAccountUrl" TEXT, 
	"registrationChannel" TEXT, 
	"topClient" BOOLEAN NOT NULL, 
	signature TEXT, 
	memo TEXT, 
	website TEXT, 
	company TEXT, 
	language TEXT, 
	"insertByAgentId" TEXT, 
	"photoType" VARCHAR(40), 
	account JSON, 
	"customFields" JSON, 
	PRIMARY KEY (id)
);
INSERT INTO "customers" VALUES('6b0d24ac171ca288ca11391b','Tom Arden','tom@example.test',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE desk_facts (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "desk_facts" VALUES('schema_version','1');
INSERT INTO "desk_facts" VALUES('directory_revision','4');
CREATE TABLE document_contents (
	"documentId" VARCHAR(24) NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY ("documentId"), 
	FOREIGN KEY("documentId") REFERENCES documents (id) ON DELETE CASCADE
);
INSERT INTO "document_contents" VALUES('6b0d24ac9ae464512ebb6aa1',X'6869');
INSERT INTO "document_contents" VALUES('6b0d24acf6eeaccc3796b1f9',X'62696C6C');
CREATE TABLE documents (
	sequence INTEGER NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	"replyId" VARCHAR(24), 
	"documentName" TEXT NOT NULL, 
	"documentType" TEXT NOT NULL, 
	"documentSize" INTEGER NOT NULL, 
	"attachedDate" BIGINT NOT NULL, 
	PRIMARY KEY (sequence), 
	UNIQUE (id), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE
);
INSERT INTO "documents" VALUES(1,'6b0d24ac9ae464512ebb6aa1','6b0d24ac70af523b666ecbf4',NULL,'photo.txt','text/plain',2,1796023468317);
INSERT INTO "documents" VALUES(2,'6b0d24acf6eeaccc3796b1f9','6b0d24ac70af523b666ecbf4','6b0d24ac81f71b2533c42f13','bill.txt','text/plain',4,1796023468323);
CREATE TABLE notes (
	sequence INTEGER NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	note TEXT NOT NULL, 
	"insertBy" VARCHAR(24), 
	"assignedTo" VARCHAR(24), 
	date BIGINT NOT NULL, 
	"remindMe" BIGINT, 
	PRIMARY KEY (sequence), 
	UNIQUE (id), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE, 
	FOREIGN KEY("insertBy") REFERENCES agents (id), 
	FOREIGN KEY("assignedTo") REFERENCES agents (id)
);
INSERT INTO "notes" VALUES(1,'6b0d24ac44406b74d90938da','6b0d24ac70af523b666ecbf4','Call them on Monday.','6b0d24acc8154ab843e0b393','6b0d24acc8154ab843e0b393',1796023468328,NULL);
CREATE TABLE photos (
	"ownerId" VARCHAR(24) NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY ("ownerId")
);
CREATE TABLE replies (
	sequence INTEGER NOT NULL, 
	id VARCHAR(24) NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	text TEXT NOT NULL, 
	"replyDate" BIGINT NOT NULL, 
	"replyFromCustomer" VARCHAR(24), 
	"replyToCustomer" VARCHAR(24), 
	"replyFromOperator" VARCHAR(24), 
	"replyToOperator" VARCHAR(24), 
	"channelIds" JSON, 
	PRIMARY KEY (sequence), 
	UNIQUE (id), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE, 
	FOREIGN KEY("replyFromCustomer") REFERENCES customers (id), 
	FOREIGN KEY("replyToCustomer") REFERENCES customers (id), 
	FOREIGN KEY("replyFromOperator") REFERENCES agents (id), 
	FOREIGN KEY("replyToOperator") REFERENCES agents (id)
);
INSERT INTO "replies" VALUES(1,'6b0d24ac81f71b2533c42f13','6b0d24ac70af523b666ecbf4','On its way, Zoë.',1796023468323,NULL,'6b0d24ac171ca288ca11391b','6b0d24acc8154ab843e0b393',NULL,NULL);
INSERT INTO "replies" VALUES(2,'6b0d24ac8220bb51f1c6f62b','6b0d24ac70af523b666ecbf4','It arrived; thanks.',1796023468326,'6b0d24ac171ca288ca11391b',NULL,NULL,'6b0d24acc8154ab843e0b393',NULL);
CREATE TABLE ticket_areas (
	id VARCHAR(24) NOT NULL, 
	area TEXT NOT NULL, 
	labels JSON, 
	PRIMARY KEY (id)
);
CREATE TABLE ticket_cc (
	sequence INTEGER NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	"agentId" VARCHAR(24), 
	PRIMARY KEY (sequence), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE, 
	FOREIGN KEY("agentId") REFERENCES agents (id)
);
INSERT INTO "ticket_cc" VALUES(1,'6b0d24ac70af523b666ecbf4','6b0d24acc8154ab843e0b393');
CREATE TABLE ticket_counters (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (year)
);
INSERT INTO "ticket_counters" VALUES(2026,2);
CREATE TABLE ticket_custom_fields (
	sequence INTEGER NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE
);
INSERT INTO "ticket_custom_fields" VALUES(1,'6b0d24ac70af523b666ecbf4','order','4711');
CREATE TABLE ticket_groups (
	id VARCHAR(24) NOT NULL, 
	"group" TEXT NOT NULL, 
	labels JSON, 
	PRIMARY KEY (id)
);
CREATE TABLE ticket_tags (
	sequence INTEGER NOT NULL, 
	"ticketId" VARCHAR(24) NOT NULL, 
	tag TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY("ticketId") REFERENCES tickets (id) ON DELETE CASCADE
);
INSERT INTO "ticket_tags" VALUES(1,'6b0d24ac70af523b666ecbf4','vip');
INSERT INTO "ticket_tags" VALUES(2,'6b0d24ac70af523b666ecbf4','late');
CREATE TABLE ticket_types (
	id VARCHAR(24) NOT NULL, 
	type TEXT NOT NULL, 
	labels JSON, 
	PRIMARY KEY (id)
);
INSERT INTO "ticket_types" VALUES('6b0d24acc15698fdc13d78dd','incident','{"en": "incident", "it": "incidente"}');
CREATE TABLE tickets (
	id VARCHAR(24) NOT NULL, 
	year INTEGER NOT NULL, 
	counter INTEGER NOT NULL, 
	subject TEXT, 
	description TEXT, 
	"insertDate" BIGINT NOT NULL, 
	"managedDate" BIGINT NOT NULL, 
	"closedDate" BIGINT, 
	priority INTEGER NOT NULL, 
	"assignedTo" VARCHAR(24), 
	"openedBy" VARCHAR(24), 
	"numberOfReplies" INTEGER NOT NULL, 
	status VARCHAR(40) NOT NULL, 
	type VARCHAR(24), 
	area VARCHAR(24), 
	"group" VARCHAR(24), 
	memo TEXT, 
	source VARCHAR(40) NOT NULL, 
	"tweetId" TEXT, 
	"tweetType" TEXT, 
	"facebookId" TEXT, 
	"facebookType" TEXT, 
	"linkedinId" TEXT, 
	"linkedinType" TEXT, 
	"googlePlusId" TEXT, 
	"googlePlusType" TEXT, 
	"youtubeId" TEXT, 
	"youtubeType" TEXT, 
	"messageUniqueId" TEXT, 
	"customPortalId" TEXT, 
	"toReply" BOOLEAN NOT NULL, 
	"toReplyCustomer" BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY("assignedTo") REFERENCES agents (id), 
	FOREIGN KEY("openedBy") REFERENCES customers (id), 
	FOREIGN KEY(type) REFERENCES ticket_types (id), 
	FOREIGN KEY(area) REFERENCES ticket_areas (id), 
	FOREIGN KEY("group") REFERENCES ticket_groups (id)
);
INSERT INTO "tickets" VALUES('6b0d24ac70af523b666ecbf4',2026,1,'Late parcel','It should have come on Monday.',1796023468317,1796023468328,NULL,0,'6b0d24acc8154ab843e0b393','6b0d24ac171ca288ca11391b',2,'opened','6b0d24acc15698fdc13d78dd',NULL,NULL,NULL,'web',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,0);
INSERT INTO "tickets" VALUES('6b0d24ac23bc38825a5ace67',2026,2,'Second ticket','It should have come on Monday.',1796023468331,1796023468331,NULL,0,NULL,'6b0d24ac171ca288ca11391b',0,'opened','6b0d24acc15698fdc13d78dd',NULL,NULL,NULL,'web',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,0);
CREATE INDEX customers_by_email ON customers (email);
CREATE INDEX "ix_agent_group_members_agentId" ON agent_group_members ("agentId");
CREATE INDEX "ix_agent_group_members_groupId" ON agent_group_members ("groupId");
CREATE INDEX "ix_tickets_assignedTo" ON tickets ("assignedTo");
CREATE INDEX tickets_by_insert ON tickets ("insertDate", id);
CREATE INDEX tickets_by_managed ON tickets ("managedDate", id);
CREATE UNIQUE INDEX tickets_by_number ON tickets (year, counter);
CREATE INDEX "ix_tickets_openedBy" ON tickets ("openedBy");
CREATE INDEX "ix_ticket_cc_ticketId" ON ticket_cc ("ticketId");
CREATE INDEX "ix_ticket_tags_ticketId" ON ticket_tags ("ticketId");
CREATE INDEX "ix_ticket_custom_fields_ticketId" ON ticket_custom_fields ("ticketId");
CREATE INDEX "ix_replies_ticketId" ON replies ("ticketId");
CREATE INDEX "ix_replies_replyToCustomer" ON replies ("replyToCustomer");
CREATE INDEX "ix_replies_replyFromCustomer" ON replies ("replyFromCustomer");
CREATE INDEX "ix_notes_ticketId" ON notes ("ticketId");
CREATE INDEX "ix_documents_ticketId" ON documents ("ticketId");
COMMIT;
