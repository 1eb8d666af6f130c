using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "membership_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    subscriber_id = table.Column<int>(type: "INTEGER", nullable: false),
                    list_id = table.Column<int>(type: "INTEGER", nullable: false),
                    old_status = table.Column<string>(type: "TEXT", nullable: true),
                    new_status = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_membership_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_cursors",
                columns: table => new
                {
                    source = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_cursors", x => x.source);
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    events = table.Column<string>(type: "TEXT", nullable: false),
                    is_people_only = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    secrets = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    given_up_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhooks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "webhook_messages",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    webhook_id = table.Column<int>(type: "INTEGER", nullable: false),
                    message_id = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    payload = table.Column<string>(type: "TEXT", nullable: false),
                    subscriber_id = table.Column<int>(type: "INTEGER", nullable: true),
                    source_key = table.Column<string>(type: "TEXT", nullable: false),
                    occurred_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    answer = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_messages", x => x.id);
                    table.ForeignKey(
                        name: "FK_webhook_messages_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_webhook_messages_webhooks_webhook_id",
                        column: x => x.webhook_id,
                        principalTable: "webhooks",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_messages_done_at",
                table: "webhook_messages",
                column: "done_at");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_messages_subscriber_id",
                table: "webhook_messages",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_messages_webhook_id_source_key",
                table: "webhook_messages",
                columns: new[] { "webhook_id", "source_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_messages_webhook_id_state_due_at",
                table: "webhook_messages",
                columns: new[] { "webhook_id", "state", "due_at" });

            // Subscriptions change in many places, bulk statements among them: the table itself notes it, while somebody wants to know.
            migrationBuilder.Sql(
                """
                CREATE TRIGGER membership_changes_insert AFTER INSERT ON subscriber_lists
                WHEN EXISTS (SELECT 1 FROM webhooks WHERE is_enabled)
                BEGIN
                    INSERT INTO membership_changes (subscriber_id, list_id, old_status, new_status) VALUES (NEW.subscriber_id, NEW.list_id, NULL, NEW.status);
                END;
                """);
            migrationBuilder.Sql(
                """
                CREATE TRIGGER membership_changes_update AFTER UPDATE OF status ON subscriber_lists
                WHEN NEW.status <> OLD.status AND EXISTS (SELECT 1 FROM webhooks WHERE is_enabled)
                BEGIN
                    INSERT INTO membership_changes (subscriber_id, list_id, old_status, new_status) VALUES (NEW.subscriber_id, NEW.list_id, OLD.status, NEW.status);
                END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER membership_changes_insert;");
            migrationBuilder.Sql("DROP TRIGGER membership_changes_update;");

            migrationBuilder.DropTable(
                name: "membership_changes");

            migrationBuilder.DropTable(
                name: "webhook_cursors");

            migrationBuilder.DropTable(
                name: "webhook_messages");

            migrationBuilder.DropTable(
                name: "webhooks");
        }
    }
}
