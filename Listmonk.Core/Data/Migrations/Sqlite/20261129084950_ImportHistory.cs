using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Listmonk.Core.Data.Migrations.Sqlite
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
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "columns",
                table: "import_jobs",
                type: "TEXT",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<int>(
                name: "created",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "created_by",
                table: "import_jobs",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "created_by_id",
                table: "import_jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "encoding",
                table: "import_jobs",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "has_file",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "is_cleared",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "removed_people",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "removed_subscriptions",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "started_at",
                table: "import_jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "undo_position",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "undone_at",
                table: "import_jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "undone_by",
                table: "import_jobs",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "was_stopped",
                table: "import_jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "import_rejects",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    import_job_id = table.Column<int>(type: "INTEGER", nullable: false),
                    lines = table.Column<byte[]>(type: "BLOB", nullable: false)
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
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    import_job_id = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    after_id = table.Column<int>(type: "INTEGER", nullable: false),
                    last_id = table.Column<int>(type: "INTEGER", nullable: false)
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
