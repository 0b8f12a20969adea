using Purser.Server.Commands;

namespace Purser.Server.Catalog;

/// <summary>Brings a catalog file in: all or nothing, with a preview that names every error of every line.</summary>
public sealed class ImportCatalog(ApplyCatalog apply)
{
    public async Task<Verdict<CatalogReport>> HandleAsync(
        Actor actor, CatalogFileKind kind, string text, bool preview, string? idempotencyKey = null, CancellationToken cancellation = default)
    {
        var (draft, unreadable) = CatalogFile.Read(kind, text);
        if (preview)
        {
            var report = await apply.PreviewAsync(actor, draft, cancellation);
            return report.Map(found => found with { Errors = unreadable.Concat(found.Errors).OrderBy(error => error.Line).ToList() });
        }

        return unreadable.Count > 0
            ? ApplyCatalog.Refusal(unreadable)
            : await apply.HandleAsync(actor, draft, idempotencyKey, cancellation: cancellation);
    }
}
