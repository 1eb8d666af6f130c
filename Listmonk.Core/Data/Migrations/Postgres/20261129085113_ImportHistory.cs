using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ImportHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "chunk_email",
                table: "import_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "columns",
                table: "import_jobs",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<int>(
                name: "created",
                table: "import_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "created_by",
                table: "import_jobs",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "created_by_id",
                table: "import_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "encoding",
                table: "import_jobs",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "has_file",
                table: "import_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "is_cleared",
                table: "import_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "removed_people",
                table: "import_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "removed_subscriptions",
                table: "import_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "started_at",
                table: "import_jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "undo_position",
                table: "import_jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "undone_at",
                table: "import_jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "undone_by",
                table: "import_jobs",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "was_stopped",
                table: "import_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "import_rejects",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    import_job_id = table.Column<int>(type: "integer", nullable: false),
                    lines = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_rejects", x => x.id);
                    table.ForeignKey(
                        name: "FK_import_rejects_import_jobs_import_job_id",
                        column: x => x.import_job_id,
                        principalTable: "import_jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "import_slices",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    import_job_id = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    after_id = table.Column<int>(type: "integer", nullable: false),
                    last_id = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_slices", x => x.id);
                    table.ForeignKey(
                        name: "FK_import_slices_import_jobs_import_job_id",
                        column: x => x.import_job_id,
                        principalTable: "import_jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_import_rejects_import_job_id",
                table: "import_rejects",
                column: "import_job_id");

            migrationBuilder.CreateIndex(
                name: "ix_import_slices_import_job_id_at",
                table: "import_slices",
                columns: new[] { "import_job_id", "at" });

            // What was cleared from view lost its state; from now on the history shows it.
            migrationBuilder.Sql("UPDATE import_jobs SET status = 'finished', is_cleared = TRUE WHERE status = 'none'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "import_rejects");

            migrationBuilder.DropTable(
                name: "import_slices");

            migrationBuilder.DropColumn(
                name: "chunk_email",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "columns",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "created",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "created_by",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "created_by_id",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "encoding",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "has_file",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "is_cleared",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "removed_people",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "removed_subscriptions",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "started_at",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "undo_position",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "undone_at",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "undone_by",
                table: "import_jobs");

            migrationBuilder.DropColumn(
                name: "was_stopped",
                table: "import_jobs");
        }
    }
}
