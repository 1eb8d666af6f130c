using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Transactional : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "transactional_requests",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<int>(type: "integer", nullable: true),
                    template_id = table.Column<int>(type: "integer", nullable: true),
                    idempotency_key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    fingerprint = table.Column<string>(type: "text", nullable: true),
                    refusal = table.Column<string>(type: "text", nullable: true),
                    files = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transactional_requests", x => x.id);
                    table.ForeignKey(
                        name: "FK_transactional_requests_templates_template_id",
                        column: x => x.template_id,
                        principalTable: "templates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_transactional_requests_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "transactional_messages",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    request_id = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    recipient = table.Column<string>(type: "text", nullable: false),
                    subscriber_id = table.Column<int>(type: "integer", nullable: true),
                    subject = table.Column<string>(type: "text", nullable: false),
                    messenger = table.Column<string>(type: "text", nullable: false),
                    message_id = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    code = table.Column<int>(type: "integer", nullable: true),
                    reply = table.Column<string>(type: "text", nullable: true),
                    server = table.Column<string>(type: "text", nullable: true),
                    lease_owner = table.Column<string>(type: "text", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lease_epoch = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transactional_messages", x => x.id);
                    table.ForeignKey(
                        name: "FK_transactional_messages_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_transactional_messages_transactional_requests_request_id",
                        column: x => x.request_id,
                        principalTable: "transactional_requests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "transactional_contents",
                columns: table => new
                {
                    message_id = table.Column<int>(type: "integer", nullable: false),
                    envelope_from = table.Column<string>(type: "text", nullable: false),
                    envelope_recipients = table.Column<string>(type: "jsonb", nullable: false),
                    from_address = table.Column<string>(type: "text", nullable: false),
                    mime = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transactional_contents", x => x.message_id);
                    table.ForeignKey(
                        name: "FK_transactional_contents_transactional_messages_message_id",
                        column: x => x.message_id,
                        principalTable: "transactional_messages",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_transactional_messages_recipient",
                table: "transactional_messages",
                column: "recipient");

            migrationBuilder.CreateIndex(
                name: "ix_transactional_messages_request_id",
                table: "transactional_messages",
                column: "request_id");

            migrationBuilder.CreateIndex(
                name: "ix_transactional_messages_state_due_at",
                table: "transactional_messages",
                columns: new[] { "state", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_transactional_messages_subscriber_id",
                table: "transactional_messages",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_transactional_requests_created_at",
                table: "transactional_requests",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_transactional_requests_template_id",
                table: "transactional_requests",
                column: "template_id");

            migrationBuilder.CreateIndex(
                name: "ix_transactional_requests_user_id_idempotency_key",
                table: "transactional_requests",
                columns: new[] { "user_id", "idempotency_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "transactional_contents");

            migrationBuilder.DropTable(
                name: "transactional_messages");

            migrationBuilder.DropTable(
                name: "transactional_requests");
        }
    }
}
