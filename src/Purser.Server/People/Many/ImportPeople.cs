using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.SignIn;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>
/// Adds many people at once, from a list or a CSV file (SA-07): all or nothing, and a preview that names every error of every row. Who has a
/// role there already keeps it as it is.
/// </summary>
public sealed class ImportPeople(WritePath writePath, Invitation invitation, BearerTokens tokens)
{
    public const string Name = "people.import";

    public sealed record Input
    {
        public IReadOnlyList<ImportRow> Rows { get; init; } = [];
    }

    /// <summary>Rows, or the text of a CSV file with the columns email, name, role, virtual accounts, scope.</summary>
    public sealed record Body(IReadOnlyList<ImportRow>? Rows = null, string? Csv = null);

    /// <param name="People">Who gets a role that she did not have.</param>
    /// <param name="Unchanged">Roles that people have already.</param>
    public sealed record Report(int People, int Roles, int Unchanged, IReadOnlyList<ImportError> Errors)
    {
        /// <summary>How many were not known in the whole installation: told to its operators only, or a preview would find out whom others work with.</summary>
        public int? NewPeople { get; init; }

        /// <summary>Who has to choose a password, where no mail tells her; not in a preview.</summary>
        public IReadOnlyList<NewSignIn> NewSignIns { get; init; } = [];
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/accounts/{account}/people/import", async (Body body, ImportPeople import, HttpContext context) =>
            {
                var (input, errors) = Read(body);
                return (await import.HandleAsync(context.Command(Name, input), input, errors, context.RequestAborted)).ToHttp();
            })
            .Requires(Permission.PeopleManage).WithSummary("Add many people with their roles, all or none")
            .WithDescription("Rows as JSON, or csv with the columns email, name, role, virtual accounts (separated by semicolons; a name that holds one stands in quotes), scope (account or children). At most 10,000. ?dryRun=true gives the preview: every error of every row.")
            .WithTags("People");
    }

    public static (Input Input, IReadOnlyList<ImportError> Errors) Read(Body body)
    {
        if (body.Csv is not { Length: > 0 } csv)
        {
            return (new Input { Rows = [.. (body.Rows ?? []).Select((row, index) => row.Line > 0 ? row : row with { Line = index + 1 })] }, []);
        }

        var (rows, errors) = PeopleFile.Read(csv);
        return (new Input { Rows = rows }, errors);
    }

    /// <param name="unreadable">What was wrong with the file itself.</param>
    public async Task<Verdict<Report>> HandleAsync(
        Command command, Input input, IReadOnlyList<ImportError> unreadable, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var largest = input.Rows.Sum(row => Math.Max(1, row.VirtualAccounts.Count));
        if (largest > ImportRules.MostRows * 2)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"The list gives more than {ImportRules.MostRows * 2} roles at once; divide it.");
        }

        IReadOnlyList<NewSignIn> links = [];
        var verdict = await writePath.RunAsync<Report>(command with { Ids = Math.Max(command.Ids, largest) }, async scope =>
        {
            var (people, errors) = ImportRules.Judge(input.Rows, command.Actor, accountId, await PlacesAsync(scope.Db, command.Actor, accountId, cancellation));
            errors = unreadable.Count > 0 && input.Rows.Count == 0 ? unreadable : [.. unreadable.Concat(errors).OrderBy(error => error.Line)];
            if (errors.Count > 0)
            {
                return command.DryRun ? new Report(people.Count, 0, 0, errors) : Refusal(errors);
            }

            var added = await AddAsync(scope, accountId, people, cancellation);
            links = added.IsOk ? added.Value.Links : [];
            scope.AfterCommit(tokens.Forget);
            return added.Map(found => found.Report);
        }, cancellation);
        return verdict.Map(report => command.DryRun ? report : report with { NewSignIns = links });
    }

    private sealed record Added(Report Report, IReadOnlyList<NewSignIn> Links);

    private async Task<Verdict<Added>> AddAsync(
        WriteScope scope, long accountId, IReadOnlyList<ImportedPerson> wanted, CancellationToken cancellation)
    {
        var door = await Invitation.DoorAsync(scope.Db, accountId, cancellation);
        var known = await KnownAsync(scope.Db, wanted, cancellation);
        var newPeople = wanted.Select(row => PersonBook.KeyOf(row.Person.Email)).Distinct().Count(key => !known.ContainsKey(key));
        if (await PeopleLimit.JudgeAsync(scope.Db, accountId, known.Values.Select(person => person.Id), newPeople, cancellation) is { } tooMany)
        {
            return tooMany;
        }

        var held = await HeldAsync(scope.Db, accountId, known.Values.Select(person => person.Id).ToList(), cancellation);
        var (links, people, roles, unchanged) = (new List<NewSignIn>(), 0, 0, 0);
        foreach (var group in wanted.GroupBy(row => PersonBook.KeyOf(row.Person.Email)))
        {
            var person = known.GetValueOrDefault(group.Key) ?? PersonBook.Add(scope, group.First().Person);
            var before = roles;
            foreach (var access in group.Select(row => row.Access))
            {
                var open = access.Places().Where(one => held.Add((person.Id, access.Role, one))).ToList();
                unchanged += access.Places().Count - open.Count;
                roles += open.Count;
                GrantBook.Add(scope, accountId, GrantHolder.Of(person), access, open);
            }

            people += roles > before ? 1 : 0;
            if (roles > before && await invitation.SendAsync(scope, door, person, $"the role {group.First().Access.Role.Display()}", cancellation) is { } shown)
            {
                links.Add(new NewSignIn(person.Email!, shown));
            }
        }

        var report = new Report(people, roles, unchanged, []);
        return new Added(scope.Actor.May(Permission.MailManage) ? report with { NewPeople = newPeople } : report, links);
    }

    private static Task<Dictionary<string, Person>> KnownAsync(PurserContext db, IReadOnlyList<ImportedPerson> wanted, CancellationToken cancellation)
    {
        var keys = wanted.Select(row => PersonBook.KeyOf(row.Person.Email)).Distinct().ToList();
        return db.Users.Where(person => keys.Contains(person.NormalizedUserName!)).ToDictionaryAsync(person => person.NormalizedUserName!, cancellation);
    }

    private static async Task<HashSet<(long PersonId, Role Role, long? Place)>> HeldAsync(PurserContext db, long accountId, List<long> people, CancellationToken cancellation)
    {
        var ids = people.ConvertAll(id => (long?)id);
        return (await db.RoleGrants.Where(row => row.AccountId == accountId && ids.Contains(row.PersonId))
            .Select(row => new { row.PersonId, row.Role, row.VirtualAccountId }).ToListAsync(cancellation)).Select(row => (row.PersonId!.Value, row.Role, row.VirtualAccountId)).ToHashSet();
    }

    /// <summary>Others' virtual accounts are not even known by name.</summary>
    private static async Task<Dictionary<string, long>> PlacesAsync(PurserContext db, Actor actor, long accountId, CancellationToken cancellation)
    {
        var reach = actor.ReachOf(Permission.PeopleManage, accountId);
        return (await db.VirtualAccounts.Where(row => row.AccountId == accountId).Select(row => new { row.Id, row.NameKey }).ToListAsync(cancellation))
            .Where(row => reach.Covers(row.Id)).ToDictionary(row => row.NameKey, row => row.Id);
    }

    private static Refusal Refusal(IReadOnlyList<ImportError> errors)
    {
        var count = errors.Count >= ImportRules.MostErrors ? $"at least {ImportRules.MostErrors}" : $"{errors.Count}";
        return Verdict.Refused(RefusalCode.InvalidInput, $"The list has {count} errors; nobody was added. Mend them and try again.", "Rows") with
        {
            Items = [.. errors.Select(error => new RefusedItem(error.Line, error.Email, RefusalCode.InvalidInput, error.Text))],
        };
    }
}
