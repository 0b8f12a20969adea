using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.Sources;

/// <summary>Makes a sign-in source known, or changes one. When it is switched off, whoever came by it is signed out.</summary>
public sealed class SaveSource(WritePath writePath, SecretBox box, BearerTokens tokens)
{
    public const string Create = "sources.create";
    public const string Edit = "sources.edit";

    public sealed record Input(SourceKind Kind, string Name, IReadOnlyList<string> MailDomains)
    {
        /// <summary>Null: a new one.</summary>
        public long? SourceId { get; init; }
        public bool IsEnabled { get; init; } = true;
        public bool CreatesPeople { get; init; }
        public bool ReplacesPasswords { get; init; }
        public OpenIdOptions? OpenId { get; init; }
        public DirectoryOptions? Directory { get; init; }
    }

    /// <summary>What the API takes: the secret apart, because inputs are audited.</summary>
    /// <param name="Secret">Of the client, or of the name to search with. Left out: it stays as it is.</param>
    public sealed record Body(Input Source, string? Secret = null);

    public sealed record Answer(long Id)
    {
        /// <summary>What differs from before, one setting each, without the secret; nothing for a new source. With dryRun: what would change.</summary>
        public IReadOnlyList<string> Changes { get; init; } = [];
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/operator/sign-in-sources", async (Body body, SaveSource save, HttpContext context) =>
        {
            var input = body.Source with { SourceId = null };
            return (await save.HandleAsync(context.Command(Create, input), input, body.Secret, context.RequestAborted)).ToCreated();
        }).Requires(Permission.SignInManage).WithSummary("Make an identity provider or a directory known").WithTags("Operator: sign-in");
        routes.MapPut("/api/v1/operator/sign-in-sources/{source:long}", async (long source, Body body, SaveSource save, HttpContext context) =>
        {
            var input = body.Source with { SourceId = source };
            return (await save.HandleAsync(context.Command(Edit, input), input, body.Secret, context.RequestAborted)).ToHttp();
        }).Requires(Permission.SignInManage).WithSummary("Change an identity provider or a directory").WithTags("Operator: sign-in");
    }

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, string? secret, CancellationToken cancellation = default)
    {
        if ((SourceRules.Judge(input) ?? InputText.Problem(secret, "Secret", "the secret", SourceRules.LongestSecret, isOptional: true)) is { } problem)
        {
            return problem;
        }

        var domains = SourceRules.Normalize(input.MailDomains);
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var sources = await scope.Db.SignInSources.ToListAsync(cancellation);
            var source = input.SourceId is { } id ? sources.Find(row => row.Id == id) : null;
            if (input.SourceId is not null && source is null)
            {
                return SourceBook.NotThere();
            }

            if (source is not null && source.Kind != input.Kind)
            {
                return Verdict.Refused(RefusalCode.Conflict, "A provider does not become a directory. Make a new source.", nameof(input.Kind));
            }

            if (Taken(sources, source, input.Name.Trim(), domains) is { } taken)
            {
                return taken;
            }

            var changes = source is null ? [] : SourceChanges.Between(source.ToInput(), input with { Name = input.Name.Trim(), MailDomains = domains });
            var newSecret = source is null ? null : SourceChanges.OfSecret(source, secret, box);
            if (source is { IsEnabled: true } && !input.IsEnabled)
            {
                await EndSignIns.OfSourceAsync(scope, source.Id, tokens, cancellation);
            }

            source ??= Add(scope, input.Kind);
            source.Name = input.Name.Trim();
            source.MailDomains = string.Join('\n', domains);
            (source.IsEnabled, source.CreatesPeople, source.ReplacesPasswords) = (input.IsEnabled, input.CreatesPeople, input.ReplacesPasswords);
            source.Options = input.Kind == SourceKind.OpenId ? SourceOptions.Write(input.OpenId) : SourceOptions.Write(input.Directory);
            source.SealedSecret = string.IsNullOrEmpty(secret) ? source.SealedSecret : box.Seal(secret, SourceOptions.Place(source.Id));
            return new Answer(source.Id) { Changes = newSecret is null ? changes : [.. changes, newSecret] };
        }, cancellation);
    }

    private static SignInSource Add(WriteScope scope, SourceKind kind)
    {
        var source = new SignInSource
        {
            Id = scope.NextId(IdKind.SignInSource), Kind = kind, Name = "", MailDomains = "", Options = "", CreatedAt = scope.Now, CreatedBy = scope.Actor.Name,
        };
        scope.Db.SignInSources.Add(source);
        return source;
    }

    private static Refusal? Taken(List<SignInSource> sources, SignInSource? self, string name, IReadOnlyList<string> domains)
    {
        foreach (var other in sources.Where(row => row != self))
        {
            if (other.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return Verdict.Refused(RefusalCode.AlreadyExists, "There is a source with this name already.", nameof(Input.Name));
            }

            if (SourceOptions.DomainsOf(other.MailDomains).Intersect(domains).FirstOrDefault() is { } domain)
            {
                return Verdict.Refused(
                    RefusalCode.AlreadyExists, $"“{other.Name}” answers for {domain} already, and only one source can.", nameof(Input.MailDomains));
            }
        }

        return null;
    }
}
