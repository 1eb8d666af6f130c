using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class SearchAndLinkIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tracking_hits_campaign_id_kind_at",
                table: "tracking_hits");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_hits_campaign_id_kind_at_link_id_subscriber_id",
                table: "tracking_hits",
                columns: new[] { "campaign_id", "kind", "at", "link_id", "subscriber_id" });

            // All people with ids up to the mark are in the index, and none above it: an import writes above it and does not pay.
            migrationBuilder.Sql("CREATE VIRTUAL TABLE subscriber_index USING fts5(text, content='', contentless_delete=1, tokenize='trigram');");
            migrationBuilder.Sql("CREATE TABLE subscriber_index_state (up_to INTEGER NOT NULL);");
            migrationBuilder.Sql("INSERT INTO subscriber_index_state (up_to) VALUES (0);");
            migrationBuilder.Sql(
                """
                CREATE TRIGGER subscriber_index_insert AFTER INSERT ON subscribers
                WHEN NEW.id <= (SELECT up_to FROM subscriber_index_state)
                BEGIN
                    INSERT INTO subscriber_index (rowid, text) VALUES (NEW.id, NEW.email || char(10) || NEW.name);
                END;
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER subscriber_index_update AFTER UPDATE OF email, name ON subscribers
                WHEN (NEW.email <> OLD.email OR NEW.name <> OLD.name) AND NEW.id <= (SELECT up_to FROM subscriber_index_state)
                BEGIN
                    UPDATE subscriber_index SET text = NEW.email || char(10) || NEW.name WHERE rowid = NEW.id;
                END;
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER subscriber_index_delete AFTER DELETE ON subscribers
                WHEN OLD.id <= (SELECT up_to FROM subscriber_index_state)
                BEGIN
                    DELETE FROM subscriber_index WHERE rowid = OLD.id;
                END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tracking_hits_campaign_id_kind_at_link_id_subscriber_id",
                table: "tracking_hits");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_hits_campaign_id_kind_at",
                table: "tracking_hits",
                columns: new[] { "campaign_id", "kind", "at" });

            migrationBuilder.Sql("DROP TRIGGER subscriber_index_insert;");
            migrationBuilder.Sql("DROP TRIGGER subscriber_index_update;");
            migrationBuilder.Sql("DROP TRIGGER subscriber_index_delete;");
            migrationBuilder.Sql("DROP TABLE subscriber_index_state;");
            migrationBuilder.Sql("DROP TABLE subscriber_index;");
        }
    }
}
