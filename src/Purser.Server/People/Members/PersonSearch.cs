using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Search;
using Purser.Server.Store;

namespace Purser.Server.People;

/// <summary>What is typed into the search box of a list of people: a part of "name address", through the index of the one search (0002_search.sql).</summary>
internal static class PersonSearch
{
    public static IQueryable<Person> WhereFound(this IQueryable<Person> people, PurserContext db, string? text)
    {
        var typed = (text ?? "").Replace('\0', ' ').Trim();
        if (typed.EnumerateRunes().Count() < SearchTerms.Least)
        {
            return people.WhereContains(person => person.DisplayName + " " + person.Email, text);
        }

        if (typed.Length > TextSearch.Longest)
        {
            throw TextSearch.TooLong();
        }

        // As plain SQL: entries of people belong to no account, so they are invisible to a context that sees one account only.
        var ids = db is PostgresPurserContext
            ? db.Database.SqlQuery<long>($"select id as \"Value\" from search_entry where account_id = 0 and kind = 'Person' and text like {SearchTerms.Pattern(typed.ToUpperInvariant())} escape '\\'")
            : db.Database.SqlQuery<long>($"select rowid / 8 as \"Value\" from search_text where search_text match {"text : " + SearchTerms.Quoted(typed)} and rowid % 8 = {(int)SearchKind.Person}");
        return people.Where(person => ids.Contains(person.Id));
    }
}
